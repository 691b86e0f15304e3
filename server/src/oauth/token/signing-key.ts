import { createPrivateKey, type KeyObject, type webcrypto } from 'node:crypto';
import { isJsonObject, parseJson } from '../../lib/json.ts';
import type { Secret } from '../../lib/secret.ts';

/** A private key that signs. */
export interface SigningKey {
  readonly ok: true;
  readonly key: KeyObject;
  /** `kid`, where the key says it. */
  readonly id: string | undefined;
  /** For WebCrypto; `undefined` where no algorithm of ours goes with it. */
  toCryptoKey(): webcrypto.CryptoKey | undefined;
}

/**
 * Reads a private key: PKCS #8, PKCS #1 or SEC 1 in PEM, or a JWK (RFC 7517). The line breaks of a PEM may have been lost
 * on the way, or be written `\n`, as they are in the key files of providers.
 */
export function readSigningKey(text: Secret): SigningKey | { readonly ok: false; readonly message: string } {
  const jwk = parseJson(text.reveal());
  try {
    const key = isJsonObject(jwk)
      ? createPrivateKey({ key: { ...jwk }, format: 'jwk' })
      : createPrivateKey(mend(text.reveal()));
    const id = isJsonObject(jwk) && typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
    return { ok: true, key, id, toCryptoKey: () => cryptoKeyOf(key) };
  } catch {
    return {
      ok: false,
      message:
        'The private key cannot be read. Paste all of it, from "-----BEGIN" to "-----END", without a passphrase.',
    };
  }
}

function mend(pem: string): string {
  const [, label, body = ''] = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----/s.exec(pem) ?? [];
  if (label === undefined) return pem;
  const lines = body.replaceAll(/\\[rn]|\s/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function cryptoKeyOf(key: KeyObject): webcrypto.CryptoKey | undefined {
  const algorithm = algorithmOf(key);
  return algorithm === undefined ? undefined : key.toCryptoKey(algorithm, false, ['sign']);
}

type Algorithm = Parameters<KeyObject['toCryptoKey']>[0];

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): Algorithm | undefined {
  const { modulusLength = 0, namedCurve } = asymmetricKeyDetails;
  if (asymmetricKeyType === 'rsa')
    return modulusLength < 2048 ? undefined : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  if (asymmetricKeyType === 'ed25519') return { name: 'Ed25519' };
  return namedCurve === 'prime256v1' ? { name: 'ECDSA', namedCurve: 'P-256' } : undefined;
}
