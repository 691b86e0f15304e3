import * as oauth from 'oauth4webapi';
import type { Secret } from '../../lib/secret.ts';
import type { OauthClient, TokenLeg } from '../oauth-server.ts';
import { readSigningKey } from './signing-key.ts';

type Found = { readonly ok: true; readonly auth: oauth.ClientAuth } | { readonly ok: false; readonly message: string };

/** How a client proves itself; one without a secret only says its name (RFC 6749 §2.3, §3.2.1). */
export function clientAuthOf(way: TokenLeg['clientAuth'], client: OauthClient | undefined): Found {
  if (client === undefined) return { ok: true, auth: () => undefined };
  const { clientSecret } = client;
  if (way === 'private_key_jwt') return signedWith(clientSecret);
  if (way === 'none' || clientSecret === undefined || clientSecret.reveal() === '')
    return { ok: true, auth: oauth.None() };
  return { ok: true, auth: way === 'basic' ? basic(client) : oauth.ClientSecretPost(clientSecret.reveal()) };
}

function basic(client: OauthClient): oauth.ClientAuth {
  return (...[, , , headers]) => headers.set('authorization', basicProof(client));
}

/**
 * The header by which a client proves itself (RFC 6749 §2.3.1). Only what decoding would change is encoded: who decodes reads
 * the same as after encoding everything, and who wrongly does not reads most secrets as they are.
 */
export function basicProof({ clientId, clientSecret }: OauthClient): string {
  const id = clientId.replace(/[^!-~]|[%+:]/gu, encode);
  const secret = (clientSecret?.reveal() ?? '').replace(/[^!-~]|[%+]/gu, encode);
  return `Basic ${btoa(`${id}:${secret}`)}`;
}

function encode(character: string): string {
  return encodeURIComponent(character.toWellFormed());
}

/** RFC 7523 §2.2. */
function signedWith(clientSecret: Secret | undefined): Found {
  if (clientSecret === undefined)
    return { ok: false, message: 'The OAuth app proves itself with a private key, and none is there.' };
  const found = readSigningKey(clientSecret);
  if (!found.ok) return found;
  const key = found.toCryptoKey();
  if (key === undefined)
    return {
      ok: false,
      message: 'A private key of this kind cannot sign here; use RSA of 2048 bits or more, P-256 or Ed25519.',
    };
  return {
    ok: true,
    auth: oauth.PrivateKeyJwt(found.id === undefined ? key : { key, kid: found.id }, {
      [oauth.modifyAssertion]: asEdDsa,
    }),
  };
}

/** The older name of the algorithm, which every server knows (RFC 8037 §3.1). */
function asEdDsa(header: Record<string, unknown>): void {
  if (header['alg'] === 'Ed25519') header['alg'] = 'EdDSA';
}
