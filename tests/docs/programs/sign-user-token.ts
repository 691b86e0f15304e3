import { type KeyObject, sign } from 'node:crypto';

/** What the app's backend knows of its registered keys, and of the server they are registered with. */
export interface Signing {
  readonly publicUrl: string;
  readonly keySetId: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
}

// #region sign
/** A token with which an end user acts for ten minutes, without asking the server for one. */
export function signUserToken({ publicUrl, keySetId, kid, privateKey }: Signing, endUser: string): string {
  const now = Math.floor(Date.now() / 1000);
  const header = { typ: 'plugboard-user+jwt', alg: 'EdDSA', kid };
  const claims = { iss: keySetId, aud: publicUrl, sub: endUser, iat: now, exp: now + 600 };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}
// #endregion
