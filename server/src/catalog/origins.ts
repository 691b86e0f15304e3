import { Failure } from '../errors.ts';
import type { Json } from '../lib/json.ts';
import { chosenServer, programAddress } from './chosen-server.ts';
import type { Connector } from './connector.ts';
import { databaseOrigin, databasePlace } from './databases/database-place.ts';
import { exchangeIn } from './meant/in-mode.ts';
import type { InvalidTemplateValue } from './templates/evaluate.ts';
import { renderProgram } from './templates/render-program.ts';
import { renderOrigin } from './templates/render-url.ts';
import { parseTemplate, referencesIn } from './templates/template.ts';
import { templateValues } from './templates/template-values.ts';
import { parseUrl } from './templates/url-template.ts';

type Config = Readonly<Record<string, Json>>;
type Addresses = Pick<Connector, 'derived' | 'http' | 'mcp' | 'sql' | 'verify'> &
  Partial<Pick<Connector, 'auth' | 'oauth' | 'exchange'>>;
type Origins = { readonly ok: true; readonly origins: readonly string[] } | InvalidTemplateValue;

/**
 * The origins the secrets of a connection may be sent to (S1): those of its API, MCP server, probe and exchange, formed from
 * non-secret fields alone; a program stands for itself, and must be one that can be run with these values. An address formed
 * from what signing in brings counts once that is there. Throws BAD_REQUEST where a field does not form an address.
 */
export function originsOf(connector: Addresses, config: Config): readonly string[] {
  return orThrow(findOrigins(connector, config));
}

/** The origins an OAuth client secret, code or refresh token may be sent to (S1, S9). Throws like `originsOf`. */
export function tokenOriginsOf(connector: Pick<Connector, 'derived' | 'oauth'>, config: Config): readonly string[] {
  return orThrow(originsAt(tokenAddressesOf(connector), connector, config));
}

/** Everywhere a client secret, a code or a refresh token is sent, as the manifest writes it. */
export function tokenAddressesOf({ oauth }: Pick<Connector, 'oauth'>): readonly (string | undefined)[] {
  const { token_url, refresh_url, revocation_url, revocation, device_authorization_url } = oauth ?? {};
  return [token_url, refresh_url, revocation_url, revocation?.url, device_authorization_url];
}

/** As `originsOf`, with what is wrong as an outcome. */
export function findOrigins(connector: Addresses, config: Config): Origins {
  const { sql } = connector;
  if (sql !== undefined) return databaseOrigins({ ...connector, sql }, config);
  const verify = connector.verify?.kind === 'http' ? connector.verify.url : undefined;
  const own = [connector.http?.base_url, verify, exchangeAddress(connector)];
  const server = connector.mcp && chosenServer(connector.mcp, config);
  if (server?.transport !== 'stdio')
    return originsAt(known([...own, server?.url], connector, config), connector, config);
  const others = originsAt(known(own, connector, config), connector, config);
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

/** Where submitted values are exchanged, in the way of signing in that does that. */
function exchangeAddress(connector: Addresses): string | undefined {
  const exchange = exchangeIn(connector);
  return exchange?.grant === 'request' ? exchange.url : exchange?.token_url;
}

/** The addresses but for those that are formed from a value which signing in has yet to bring. */
function known(
  addresses: readonly (string | undefined)[],
  { oauth, exchange, derived }: Addresses,
  config: Config,
): readonly (string | undefined)[] {
  const brought = Object.keys({ ...oauth?.captures, ...exchange?.captures });
  const missing = brought.filter((key) => !Object.hasOwn(config, key)).map((key) => `field.${key}`);
  if (missing.length === 0) return addresses;
  const waits = (text: string): boolean =>
    referencesIn(parseTemplate(text)).some(
      ({ root, key, name }) => missing.includes(name) || (root === 'derived' && waits(derived[key] ?? '')),
    );
  return addresses.filter((address) => address === undefined || !waits(address));
}

/** The origins of these addresses with these values, each once; absent ones are left out. */
export function originsAt(
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
