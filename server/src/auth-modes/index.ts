import type { AuthScheme, Connector } from '../catalog/connector.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import { templateValues } from '../catalog/templates/template-values.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Secret } from '../lib/secret.ts';
import { type Attachment, nothingAttached } from '../transports/attachment.ts';
import { attachApiKey } from './api-key.ts';
import { attachBasic } from './basic.ts';
import { attachBearer } from './bearer.ts';
import { attachLogin } from './conn-string.ts';
import { headersAmong } from './connection-headers.ts';

/** What a connection knows: its fields, and its secrets opened for this use. */
export interface AttachedValues {
  readonly config: JsonObject;
  readonly secrets: Readonly<Record<string, Secret>>;
}

/**
 * How we prove ourselves to a provider on every call, and what headers the connection adds beneath (RULINGS 000.3). A value
 * the scheme needs and the connection lacks: the scheme attaches nothing.
 */
export function attach(
  connector: Pick<Connector, 'auth' | 'derived'>,
  { config, secrets }: AttachedValues,
): Attachment {
  const values = templateValues(connector, { fields: { ...config, ...secrets }, publicUrl: '' });
  const attached = attachScheme(connector.auth, values);
  return { ...attached, headers: { ...headersAmong(secrets), ...attached.headers } };
}

/** A scheme without its case does not compile. */
function attachScheme(auth: AuthScheme, values: TemplateValues): Attachment {
  switch (auth.scheme) {
    case 'none':
      return nothingAttached;
    case 'bearer':
      return attachBearer(auth, values);
    case 'basic':
      return attachBasic(auth, values);
    case 'api_key':
      return attachApiKey(auth, values);
    case 'login':
      return attachLogin(auth, values);
    default:
      return auth satisfies never;
  }
}
