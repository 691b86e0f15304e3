import type { AuthMode, Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { Failure } from '../../errors.ts';

/** Whether a connector can be connected here and now, and if not, why. */
export type Availability =
  | { readonly availability: 'available' }
  | { readonly availability: 'coming_soon'; readonly availabilityReason: string };

/** By the connector's first way of signing in: what needs a browser sign-in says so, and what is a program that may not run. */
export function availabilityOf(connector: Connector, { stdio }: Pick<Config, 'stdio'>): Availability {
  if (!isSubmitted(connector.auth_mode))
    return { availability: 'coming_soon', availabilityReason: missing[connector.auth_mode] };
  if (connector.mcp?.transport === 'stdio' && stdio === undefined)
    return { availability: 'coming_soon', availabilityReason: programsAreOff };
  return { availability: 'available' };
}

/** What is said wherever somebody wants a program to run and the operator did not allow it (S4). */
export const programsAreOff =
  'Plugboard runs no programs over stdio here. The operator allows it with PLUGBOARD_STDIO=on.';

const missing: Record<Exclude<AuthMode, SubmittedMode>, string> = {
  mcp_oauth: 'Signing in to this MCP server through a browser is not part of this version yet.',
  byo_oauth: 'Signing in with your own OAuth app is not part of this version yet.',
};

/** Throws BAD_REQUEST, saying what is missing, for a way of signing in that cannot be used yet. */
export function requireSubmitted(mode: AuthMode): asserts mode is SubmittedMode {
  if (!isSubmitted(mode)) throw new Failure('BAD_REQUEST', missing[mode]);
}

/** What is missing where a way of signing in cannot be used yet: for OAuth, which client nobody configured (004.2). */
export function lacking(
  { oauthApps }: Pick<Config, 'oauthApps'>,
  { id, name }: Pick<Connector, 'id' | 'name'>,
  mode: Exclude<AuthMode, SubmittedMode>,
): string {
  if (mode !== 'byo_oauth' || oauthApps.has(id)) return missing[mode];
  return `The OAuth client of ${name} is not configured. ${missing[mode]}`;
}

/** Ways of signing in whose values are submitted to us. */
export type SubmittedMode = Extract<AuthMode, 'pat' | 'conn_string' | 'none'>;

/** Whether values are submitted to us, without a browser. */
export function isSubmitted(mode: AuthMode): mode is SubmittedMode {
  return mode === 'pat' || mode === 'conn_string' || mode === 'none';
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
