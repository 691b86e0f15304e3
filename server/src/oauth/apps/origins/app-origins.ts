import type { Connector } from '../../../catalog/connector.ts';
import { originOf, originsAt, tokenAddressesOf } from '../../../catalog/origins.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { OauthServer } from '../../oauth-server.ts';
import { apiAddresses, broughtAddresses } from './api-addresses.ts';
import { namedOrigins } from './named-origins.ts';

/** The origins that an app is for, where `https://*.example.com` is every host below that one. */
export interface AppAddresses {
  /** Token endpoints, their issuer, and the MCP server: where its secret may go. */
  readonly secret: readonly string[];
  /** Where the tokens that it brings may go. */
  readonly tokens: readonly string[];
  /** Addresses, as the manifest writes them, whose host the provider names when somebody signs in. */
  readonly brought: readonly string[];
}

/** What an app for a connector is for: the addresses of these values, or without any those that the manifest itself names. */
export function appAddresses(connector: Connector, config: JsonObject | undefined): AppAddresses {
  const server = connector.mcp === undefined || connector.mcp.transport === 'stdio' ? undefined : connector.mcp.url;
  const endpoints = [...tokenAddressesOf(connector), connector.oauth?.issuer, server];
  const origins = (addresses: readonly (string | undefined)[]): readonly string[] =>
    config === undefined ? namedOrigins(connector, addresses) : (originsFor(connector, addresses, config) ?? []);
  const brought = broughtAddresses(connector);
  const known = apiAddresses(connector).filter((address) => !brought.includes(address));
  return { secret: origins(endpoints), tokens: origins(known), brought };
}

/** Where the secret of an app would be sent for a connection of these values; `undefined` where they form no address. */
export function sentTo(
  connector: Connector,
  { config, server }: { readonly config: JsonObject; readonly server?: OauthServer | undefined },
): readonly string[] | undefined {
  if (server === undefined) return originsFor(connector, tokenAddressesOf(connector), config);
  const urls = secretAddresses(server);
  const origins = urls.flatMap((url) => originOf(url) ?? []);
  return origins.length === urls.length ? origins : undefined;
}

/** Everywhere the secret of a client is sent. */
export function secretAddresses(server: OauthServer): readonly string[] {
  const { code, refresh, revocationUrl, ownRevocation, deviceAuthorizationUrl } = server;
  const all = [code.url, refresh.url, revocationUrl, ownRevocation?.origin, deviceAuthorizationUrl];
  return all.filter((url) => url !== undefined);
}

/** The origins that these addresses of a connector have with these values; `undefined` where one is no address. */
export function originsFor(
  connector: Connector,
  addresses: readonly (string | undefined)[],
  config: JsonObject,
): readonly string[] | undefined {
  const found = originsAt(addresses, connector, config);
  return found.ok ? found.origins : undefined;
}

/** Whether every origin is among those named, or below one of them. */
export function areNamed(origins: readonly string[] | undefined, named: readonly string[]): boolean {
  return origins?.every((origin) => named.some((name) => isNamed(origin, name))) ?? false;
}

function isNamed(origin: string, name: string): boolean {
  if (!name.startsWith(anyBelow)) return origin === name;
  return origin.startsWith('https://') && origin.endsWith(name.slice(anyBelow.length)) && origin.length >= name.length;
}

const anyBelow = 'https://*';
