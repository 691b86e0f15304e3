import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

/** Parts of a token; what is undefined is left out. */
export type Parts = Readonly<Record<string, unknown>>;

/** A pair of keys of an app. */
export interface Signer {
  readonly jwk: Parts;
  readonly privateKey: KeyObject;
  /** A JWT of these claims (RFC 7515 §7.1), with a header that is right unless told otherwise. */
  sign(claims: Parts, header?: Parts): string;
}

const kinds = {
  EdDSA: () => ({ ...generateKeyPairSync('ed25519'), digest: null }),
  ES256: () => ({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }), digest: 'sha256' }),
  RS256: () => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }), digest: 'sha256' }),
} as const;

/** Makes a pair; what it signs is the token of an end user unless the header says otherwise. */
export function newSigner(kid = 'first', alg: keyof typeof kinds = 'EdDSA'): Signer {
  const { publicKey, privateKey, digest } = kinds[alg]();
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid },
    privateKey,
    sign(claims, header = {}) {
      const signed = `${base64url({ alg, kid, typ: 'plugboard-user+jwt', ...header })}.${base64url(claims)}`;
      const signature = sign(digest, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
}

/** A JSON value as a part of a JWT. */
export function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Seconds since the epoch. */
export function seconds(offset = 0): number {
  return Math.floor(Date.now() / 1_000) + offset;
}

/** Claims of an end user's token that hold for ten minutes. */
export function claimsOf({ publicUrl }: { readonly publicUrl: string }, issuer: string, changes: Parts = {}): Parts {
  return { iss: issuer, aud: publicUrl, sub: 'u_1', iat: seconds(), exp: seconds(600), ...changes };
}

/** Registers the public half of a pair with the workspace, by a person or the first admin key. */
export function registerKeys(
  { call }: Pick<Plugboard, 'call'>,
  signers: readonly Pick<Signer, 'jwk'>[],
  { key, ...wish }: { readonly key?: string; readonly connections?: readonly string[] } = {},
): Promise<ApiAnswer> {
  return call('POST /api/v1/user-tokens/key-sets', {
    ...(key !== undefined && { key }),
    body: { name: 'Backend', jwks: { keys: signers.map(({ jwk }) => jwk) }, ...wish },
  });
}
