import { Failure } from '../errors.ts';
import type { Json } from '../lib/json.ts';
import { chosenServer, programAddress } from './chosen-server.ts';
import type { Connector } from './connector.ts';
import { databaseOrigin, databasePlace } from './databases/database-place.ts';
import type { InvalidTemplateValue } from './templates/evaluate.ts';
import { renderProgram } from './templates/render-program.ts';
import { renderOrigin } from './templates/render-url.ts';
import { templateValues } from './templates/template-values.ts';
import { parseUrl } from './templates/url-template.ts';

type Config = Readonly<Record<string, Json>>;
type Addresses = Pick<Connector, 'derived' | 'http' | 'mcp' | 'sql' | 'verify'>;
type Origins = { readonly ok: true; readonly origins: readonly string[] } | InvalidTemplateValue;

/**
 * The origins the secrets of a connection may be sent to (S1): those of its API, MCP server and probe, formed from
 * non-secret fields alone; a program stands for itself, and must be one that can be run with these values. Throws BAD_REQUEST where a field does not form an address.
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
  const { sql } = connector;
  if (sql !== undefined) return databaseOrigins({ ...connector, sql }, config);
  const verify = connector.verify?.kind === 'http' ? connector.verify.url : undefined;
  const server = connector.mcp && chosenServer(connector.mcp, config);
  if (server?.transport !== 'stdio')
    return originsAt([connector.http?.base_url, server?.url, verify], connector, config);
  const others = originsAt([connector.http?.base_url, verify], connector, config);
  const values = templateValues(connector, { fields: config, publicUrl: '' });
  const program = renderProgram(server, { config, values, withSecrets: values });
  if (!program.ok) return program;
  return others.ok ? { ok: true, origins: [...others.origins, programAddress(server)] } : others;
}

/**
 * Scheme, host and port of an address, of the web or of a database server; what has no origin stands for itself.
 * `undefined` where it is no address.
 */
export function originOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const isDatabase = url.protocol === 'postgres:' || url.protocol === 'mysql:';
  if (isDatabase) return `${url.protocol}//${url.host}`;
  return url.origin === 'null' ? address : url.origin;
}

function databaseOrigins(connector: Parameters<typeof databasePlace>[0], config: Config): Origins {
  const found = databasePlace(connector, config);
  if (!found.ok) return found;
  return { ok: true, origins: found.place.engine === 'sqlite' ? [] : [databaseOrigin(found.place)] };
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
