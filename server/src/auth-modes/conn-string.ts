import type { AuthScheme } from '../catalog/connector.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { Secret } from '../lib/secret.ts';
import { type Attachment, nothingAttached } from '../transports/attachment.ts';
import { clearText } from './clear-text.ts';

/** The user and password for a database server, apart from its address: they are never written into a connection string. */
export function attachLogin(auth: Extract<AuthScheme, { scheme: 'login' }>, values: TemplateValues): Attachment {
  const user = clearText(auth.user, values);
  if (!user) return nothingAttached;
  const password = auth.password === undefined ? undefined : clearText(auth.password, values);
  return { ...nothingAttached, login: { user, password: new Secret(password ?? '') } };
}
