import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './listen.ts';

/** What one token request asked for. */
export interface TokenAsked {
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** How the next answers differ from what they should be. */
export interface Lie {
  /** Instead of the claims of a sound ID token. */
  claims?: (sound: JWTPayload) => JWTPayload;
  /** Signed by somebody else's key. */
  strangeKey?: boolean;
  /** Answers the token request so. */
  token?: (response: ServerResponse) => void;
  /** Instead of its description. */
  description?: (sound: Readonly<Record<string, unknown>>) => object;
}

/** An identity provider that signs in whoever it is told to, and can be made to lie. */
export interface IdentityProvider {
  /** `http://127.0.0.1:<port>` */
  readonly issuer: string;
  /** Who is signed in there. */
  person: { subject: string; email?: string };
  lie: Lie;
  readonly ledger: readonly TokenAsked[];
  /** What a browser is sent back with for an authorization address. */
  authorize(address: string): string;
  /** A bearer token of its own. */
  sign(claims: JWTPayload): Promise<string>;
  stop(): Promise<void>;
}

export const clientId = 'plugboard-at-the-provider';

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const [own, strange] = await Promise.all([generateKeyPair('ES256', { extractable: true }), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
  const codes = new Map<string, { readonly nonce: string; readonly challenge: string }>();
  const ledger: TokenAsked[] = [];
  const sign = (claims: JWTPayload, key = own.privateKey): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);

  const server = await listen((request, response) => void answer(request, response));
  const issuer = server.url;
  const provider: IdentityProvider = {
    issuer,
    person: { subject: 'subject-1' },
    lie: {},
    ledger,
    authorize(address) {
      const asked = new URL(address).searchParams;
      const code = randomUUID();
      codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
      return `?${new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer })}`;
    },
    sign,
    stop: server.stop,
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const sound = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
    };
    if (request.url === '/.well-known/openid-configuration')
      return void json(provider.lie.description?.(sound) ?? sound);
    if (request.url === '/keys') return void json({ keys: [jwk] });
    if (request.url !== '/token') return void response.writeHead(404).end();
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    ledger.push({ form, authorization: request.headers.authorization });
    if (provider.lie.token !== undefined) return provider.lie.token(response);
    const begun = codes.get(form['code'] ?? '');
    codes.delete(form['code'] ?? '');
    if (begun === undefined) return void json({ error: 'invalid_grant' }, 400);
    const now = Math.floor(Date.now() / 1000);
    const { subject: sub, email } = provider.person;
    const claims = {
      iss: issuer,
      aud: clientId,
      sub,
      nonce: begun.nonce,
      iat: now,
      exp: now + 300,
      ...(email && { email }),
    };
    const key = provider.lie.strangeKey === true ? strange.privateKey : own.privateKey;
    const id_token = await sign(provider.lie.claims?.(claims) ?? claims, key);
    json({ access_token: randomUUID(), token_type: 'Bearer', id_token });
  }
  return provider;
}
