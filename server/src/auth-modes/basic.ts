import type { AuthScheme } from '../catalog/connector.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { Secret } from '../lib/secret.ts';
import { type Attachment, nothingAttached } from '../transports/attachment.ts';
import { clearText } from './clear-text.ts';

/** `Authorization: Basic <base64 of user:password>` in UTF-8 (RFC 7617 §2). One of the two may be empty by design. */
export function attachBasic(auth: Extract<AuthScheme, { scheme: 'basic' }>, values: TemplateValues): Attachment {
  const [username, password] = [clearText(auth.username, values), clearText(auth.password, values)];
  if (username === undefined || password === undefined || username + password === '') return nothingAttached;
  const pair = Buffer.from(`${username}:${password}`).toString('base64');
  return { headers: { authorization: new Secret(`Basic ${pair}`) }, query: {} };
}
