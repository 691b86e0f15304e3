import { createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** A public key of an app, with the members that make it and no others (RFC 7517, RFC 8037 §2). */
export const signingKey = z.discriminatedUnion('alg', [
  z.object({
    kid: z.string(),
    alg: z.literal('EdDSA'),
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
  }),
  z.object({
    kid: z.string(),
    alg: z.literal('ES256'),
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
  }),
  z.object({ kid: z.string(), alg: z.literal('RS256'), kty: z.literal('RSA'), n: z.string(), e: z.string() }),
]);
export type SigningKey = z.output<typeof signingKey>;

/** The keys of a set, or the sentence that says what is wrong with it. */
export type ReadKeys = { readonly keys: readonly SigningKey[] } | { readonly refused: string };

const mostKeys = 10;
const leastRsaBits = 2048;
const mostRsaBits = 8192;
const leastRsaExponent = 65_537n;

/** Members of a JWK that only its owner may know (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * The public keys of a JWK set that sign tokens: one to ten, Ed25519, P-256, or RSA of 2048 bits and more, each with a `kid`
 * of its own. One with a private member is refused as burnt: it has been sent over a network.
 */
export function readSigningKeys(jwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] }): ReadKeys {
  if (jwks.keys.length === 0 || jwks.keys.length > mostKeys)
    return { refused: `jwks.keys must hold 1 to ${mostKeys} public keys.` };
  const keys: SigningKey[] = [];
  for (const [place, jwk] of jwks.keys.entries()) {
    const read = readKey(jwk, `jwks.keys[${place}]`);
    if ('refused' in read) return read;
    if (keys.some(({ kid }) => kid === read.key.kid))
      return {
        refused: `jwks.keys[${place}] has the kid of another key. A token says by its kid which one signed it.`,
      };
    keys.push(read.key);
  }
  return { keys };
}

/** The key as the verifier takes it. */
export function publicKeyOf({ kid: _kid, alg: _alg, ...jwk }: SigningKey): KeyObject {
  return createPublicKey({ key: jwk, format: 'jwk' });
}

type ReadKey = { readonly key: SigningKey } | { readonly refused: string };

function readKey(jwk: Readonly<Record<string, unknown>>, place: string): ReadKey {
  const secret = privateMembers.find((member) => Object.hasOwn(jwk, member));
  if (secret !== undefined)
    return {
      refused: `${place} has the private member "${secret}". This key is burnt: make a new pair, and register its public half alone.`,
    };
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return { refused: `${place} is not for signing ("use").` };
  if (!isKid(jwk['kid'])) return { refused: `${place} needs a "kid" of 1 to 200 printable characters.` };
  const key = signingKey.safeParse({ ...jwk, alg: algorithmOf(jwk) });
  if (!key.success) return { refused: `${place} ${noneOfThese}` };
  const weakness = weaknessOf(key.data);
  return weakness === undefined ? { key: key.data } : { refused: `${place} ${weakness}` };
}

const noneOfThese =
  'is none of the keys that are taken: EdDSA (OKP, Ed25519), ES256 (EC, P-256) or RS256 (RSA, 2048 bits and more).';

function isKid(kid: unknown): boolean {
  return typeof kid === 'string' && /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(kid);
}

/** The one algorithm a key is for; its own `alg`, where it has one, must say the same (RFC 9864 calls EdDSA `Ed25519`). */
function algorithmOf({ kty, crv, alg }: Readonly<Record<string, unknown>>): string | undefined {
  const [algorithm, ...names] = algorithms.find(([, ...type]) => type[0] === kty && (type[1] ?? crv) === crv) ?? [];
  return alg === undefined || alg === algorithm || (alg === 'Ed25519' && names[1] === alg) ? algorithm : undefined;
}

const algorithms: readonly (readonly [algorithm: string, kty: string, crv?: string])[] = [
  ['EdDSA', 'OKP', 'Ed25519'],
  ['ES256', 'EC', 'P-256'],
  ['RS256', 'RSA'],
];

function weaknessOf(key: SigningKey): string | undefined {
  const details = detailsOf(key);
  if (details === undefined) return 'cannot be read as a public key.';
  if (key.kty !== 'RSA') return undefined;
  const { modulusLength = 0, publicExponent = 0n } = details;
  const strong = modulusLength >= leastRsaBits && modulusLength <= mostRsaBits && publicExponent >= leastRsaExponent;
  return strong ? undefined : `must have ${leastRsaBits} to ${mostRsaBits} bits and an exponent of at least 65537.`;
}

function detailsOf(key: SigningKey): KeyObject['asymmetricKeyDetails'] {
  try {
    return publicKeyOf(key).asymmetricKeyDetails ?? {};
  } catch {
    return undefined;
  }
}
