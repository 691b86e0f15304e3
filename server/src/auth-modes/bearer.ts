import type { AuthScheme } from '../catalog/connector.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { Secret } from '../lib/secret.ts';
import { type Attachment, nothingAttached } from '../transports/attachment.ts';
import { clearText } from './clear-text.ts';

/** `Authorization: Bearer <token>` (RFC 6750 §2.1). */
export function attachBearer(auth: Extract<AuthScheme, { scheme: 'bearer' }>, values: TemplateValues): Attachment {
  const token = clearText(auth.token, values);
  return token ? { headers: { authorization: new Secret(`Bearer ${token}`) }, query: {} } : nothingAttached;
}
