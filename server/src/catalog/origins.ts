import { Failure } from '../errors.ts';
import type { Json } from '../lib/json.ts';
import type { Connector } from './connector.ts';
import type { InvalidTemplateValue } from './templates/evaluate.ts';
import { renderOrigin } from './templates/render-url.ts';
import { templateValues } from './templates/template-values.ts';
import { parseUrl } from './templates/url-template.ts';

type Config = Readonly<Record<string, Json>>;
type Addresses = Pick<Connector, 'derived' | 'http' | 'mcp' | 'verify'>;
type Origins = { readonly ok: true; readonly origins: readonly string[] } | InvalidTemplateValue;

/**
 * The origins the secrets of a connection may be sent to (S1): those of its API, MCP server and probe, formed from
 * non-secret fields alone. Throws BAD_REQUEST where a field does not form an address.
 */
export function originsOf(connector: Addresses, config: Config): readonly string[] {
  return orThrow(findOrigins(connector, config));
}

/** The origins an OAuth client secret, code or refresh token may be sent to (S1, S9). Throws like `originsOf`. */
export function tokenOriginsOf(connector: Pick<Connector, 'derived' | 'oauth'>, config: Config): readonly string[] {
  const { token_url, refresh_url, revocation_url } = connector.oauth ?? {};
  return orThrow(originsAt([token_url, refresh_url, revocation_url], connector, config));
}

/** As `originsOf`, with what is wrong as an outcome. */
export function findOrigins(connector: Addresses, config: Config): Origins {
  const verify = connector.verify?.kind === 'http' ? connector.verify.url : undefined;
  return originsAt([connector.http?.base_url, connector.mcp?.url, verify], connector, config);
}

function originsAt(
  addresses: readonly (string | undefined)[],
  connector: Pick<Connector, 'derived'>,
  config: Config,
): Origins {
  const values = templateValues(connector, { fields: config, publicUrl: '' });
  const origins = new Set<string>();
  for (const address of addresses) {
    if (address === undefined) continue;
    const origin = renderOrigin(parseUrl(address), values);
    if (!origin.ok) return origin;
    origins.add(origin.value);
  }
  return { ok: true, origins: [...origins] };
}

function orThrow(found: Origins): readonly string[] {
  if (found.ok) return found.origins;
  throw new Failure('BAD_REQUEST', found.message);
}
