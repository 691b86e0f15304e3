import type { AuthMode, Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { Failure } from '../../errors.ts';

/** Whether a connector can be connected here and now, and if not, why. */
export type Availability =
  | { readonly availability: 'available' }
  | { readonly availability: 'coming_soon'; readonly availabilityReason: string };

/** By the connector's first way of signing in: what needs a browser sign-in says so. */
export function availabilityOf(connector: Connector): Availability {
  if (isSubmitted(connector.auth_mode)) return { availability: 'available' };
  return { availability: 'coming_soon', availabilityReason: missing[connector.auth_mode] };
}

const missing: Record<Exclude<AuthMode, 'pat' | 'none'>, string> = {
  conn_string: 'Connecting with a connection string is not part of this version yet.',
  mcp_oauth: 'Signing in to this MCP server through a browser is not part of this version yet.',
  byo_oauth: 'Signing in with your own OAuth app is not part of this version yet.',
};

/** Throws BAD_REQUEST, saying what is missing, for a way of signing in that cannot be used yet. */
export function requireSubmitted(mode: AuthMode): asserts mode is 'pat' | 'none' {
  if (!isSubmitted(mode)) throw new Failure('BAD_REQUEST', missing[mode]);
}

/** Why a way of signing in cannot be used yet; `undefined` for those whose values are submitted to us. */
export function unavailable(mode: AuthMode): string | undefined {
  return isSubmitted(mode) ? undefined : missing[mode];
}

/** What is missing where a way of signing in cannot be used yet: for OAuth, which client nobody configured (004.2). */
export function lacking(
  { oauthApps }: Pick<Config, 'oauthApps'>,
  { id, name }: Pick<Connector, 'id' | 'name'>,
  mode: Exclude<AuthMode, 'pat' | 'none'>,
): string {
  if (mode !== 'byo_oauth' || oauthApps.has(id)) return missing[mode];
  return `The OAuth client of ${name} is not configured. ${missing[mode]}`;
}

/** Ways of signing in whose values are submitted to us, without a browser. */
export function isSubmitted(mode: AuthMode): mode is 'pat' | 'none' {
  return mode === 'pat' || mode === 'none';
}

/** Ways of signing in that take a browser, a page of the provider's and a way back. */
export function takesBrowser(mode: AuthMode): mode is 'mcp_oauth' | 'byo_oauth' {
  return mode === 'mcp_oauth' || mode === 'byo_oauth';
}

/** Throws BAD_REQUEST for what has no handshake because its values are submitted (004.3). */
export function requireBrowser(
  { name }: Pick<Connector, 'name'>,
  mode: AuthMode,
): asserts mode is 'mcp_oauth' | 'byo_oauth' {
  if (takesBrowser(mode)) return;
  throw new Failure(
    'BAD_REQUEST',
    `${name} is connected by submitting values, not by signing in through a browser. POST them to the connection's credentials.`,
  );
}

/** The way of signing in that was asked for, or the connector's first; BAD_REQUEST where it has no such way. */
export function chooseAuthMode(connector: Connector, wanted: string | undefined): AuthMode {
  const mode = wanted === undefined ? connector.auth_mode : connector.auth_modes.find((each) => each === wanted);
  if (mode === undefined) {
    throw new Failure(
      'BAD_REQUEST',
      `${connector.name} cannot be connected by "${wanted}". It offers: ${connector.auth_modes.join(', ')}.`,
    );
  }
  return mode;
}
