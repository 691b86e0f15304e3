/** A private key as a JWK (RFC 7517): Ed25519, P-256 or RSA, with the `kid` under which its public half is registered. */
export interface PrivateJwk {
  readonly kty: string;
  readonly kid: string;
  readonly [field: string]: unknown;
}

/** What every token of yours says. */
export interface TokenClaims {
  /** The id of your key set, as Plugboard gave it when you registered it. */
  readonly iss: string;
  /** The public URL of Plugboard. */
  readonly aud: string;
  /** Your own id of the end user. */
  readonly sub: string;
  /** Seconds from now. Default 300; at most 600 of a connect link and 3600 of a user token. */
  readonly expires_in?: number | undefined;
}

/** What a connect link lets an end user do. */
export interface ConnectLinkClaims extends TokenClaims {
  /** Default: every connector. */
  readonly connectors?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** Where the browser goes afterwards: an address of an origin that is registered. */
  readonly return_url?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly end_user?: { readonly name?: string | undefined; readonly email?: string | undefined } | undefined;
}

/** What a user token can be used for. */
export interface UserTokenClaims extends TokenClaims {
  /** Only connections of these connectors. */
  readonly connectors?: readonly string[] | undefined;
  /** Connections of the workspace that count besides the end user's own: their ids. */
  readonly connections?: readonly string[] | undefined;
}

const linkSeconds = 600;
const userSeconds = 3_600;

/**
 * The address of a connect link, signed here, with no request: it opens once, for whoever holds it. Rejects with
 * `TypeError` for a key or a time that cannot be used.
 */
export async function signConnectLink(claims: ConnectLinkClaims, key: PrivateJwk): Promise<string> {
  refuseLonger(claims, linkSeconds);
  return `${claims.aud.replace(/\/$/, '')}/link/${await sign('plugboard-link+jwt', claims, key)}`;
}

/** A user token, signed here, with no request. Rejects with `TypeError` for a key or a time that cannot be used. */
export async function signUserToken(claims: UserTokenClaims, key: PrivateJwk): Promise<string> {
  refuseLonger(claims, userSeconds);
  return sign('plugboard-user+jwt', claims, key);
}

function refuseLonger({ expires_in = 0 }: TokenClaims, most: number): void {
  if (expires_in > most) throw new TypeError(`The token may hold for ${most} s at most. Give it a shorter expires_in.`);
}

async function sign(typ: string, { expires_in = 300, ...claims }: TokenClaims, key: PrivateJwk): Promise<string> {
  if (!(expires_in > 0))
    throw new TypeError('The token would hold for no time. Give it an expires_in of more than 0 s.');
  const { alg, algorithm } = algorithmOf(key);
  if (!key.kid) throw new TypeError('The key has no kid. Give it the one under which its public half is registered.');
  const iat = Math.floor(Date.now() / 1000);
  const payload = { ...claims, iat, exp: iat + Math.floor(expires_in), jti: randomText() };
  const signed = `${encodeJson({ alg, typ, kid: key.kid })}.${encodeJson(payload)}`;
  const imported = await importPrivate(key, algorithm);
  const signature = await crypto.subtle.sign(algorithm, imported, new TextEncoder().encode(signed));
  return `${signed}.${encode(new Uint8Array(signature))}`;
}

interface Algorithm {
  /** As RFC 7518 and RFC 8037 name it. */
  readonly alg: 'EdDSA' | 'ES256' | 'RS256';
  /** As Web Crypto names it. */
  readonly algorithm: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
}

const algorithms: Readonly<Record<string, Algorithm>> = {
  'OKP Ed25519': { alg: 'EdDSA', algorithm: { name: 'Ed25519' } },
  'EC P-256': { alg: 'ES256', algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } },
  RSA: { alg: 'RS256', algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
};

function algorithmOf({ kty, crv, alg }: PrivateJwk): Algorithm {
  const found = algorithms[typeof crv === 'string' ? `${kty} ${crv}` : kty];
  if (found && (alg === undefined || alg === found.alg || (alg === 'Ed25519' && found.alg === 'EdDSA'))) return found;
  throw new TypeError('The key must be Ed25519 (EdDSA), P-256 (ES256) or RSA (RS256).');
}

async function importPrivate(jwk: PrivateJwk, algorithm: Algorithm['algorithm']) {
  if (typeof jwk['d'] !== 'string') throw new TypeError('The key is no private key: it has no d.');
  // What it says of its own use is not needed to use it, and would only be compared.
  const { alg: _alg, use: _use, key_ops: _ops, ext: _ext, ...numbers } = jwk;
  try {
    return await crypto.subtle.importKey('jwk', numbers, algorithm, false, ['sign']);
  } catch (cause) {
    throw new TypeError('The key is no JWK that can be read.', { cause });
  }
}

function encodeJson(value: object): string {
  return encode(new TextEncoder().encode(JSON.stringify(value)));
}

/** Base64url without padding (RFC 7515 §2). */
function encode(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function randomText(): string {
  return encode(crypto.getRandomValues(new Uint8Array(16)));
}
