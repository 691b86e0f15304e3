import type { AuthScheme } from '../catalog/connector.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { Secret } from '../lib/secret.ts';
import type { Attachment } from '../transports/attachment.ts';
import { clearText } from './clear-text.ts';

/** Keys in headers and query parameters of the provider's own naming. A key without a name or value stays away. */
export function attachApiKey(auth: Extract<AuthScheme, { scheme: 'api_key' }>, values: TemplateValues): Attachment {
  const headers: Record<string, Secret> = {};
  const query: Record<string, Secret> = {};
  for (const key of auth.keys) {
    const [name, value] = [clearText(key.name, values), clearText(key.value, values)];
    if (!name || !value) continue;
    if (key.in === 'header') headers[name.toLowerCase()] = new Secret(value);
    else query[name] = new Secret(value);
  }
  return { headers, query };
}
