import { verify } from 'node:crypto';
import { isRecord, parseJson } from '../../../server/src/lib/json.ts';

/** The claims of a JWT that this key has signed by RS256 (RFC 7515), or nothing. Times are the provider's to look at. */
export function claimsSignedBy(publicKey: string, jwt: string | undefined): Record<string, unknown> | undefined {
  const [header = '', claims = '', signature = ''] = (jwt ?? '').split('.');
  const [head, said] = [header, claims].map((part) => parseJson(Buffer.from(part, 'base64url').toString()));
  if (!isRecord(head) || !isRecord(said) || head['alg'] !== 'RS256') return undefined;
  const signed = Buffer.from(`${header}.${claims}`);
  return verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url')) ? said : undefined;
}
