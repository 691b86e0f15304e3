import type { AuthMode, Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { Failure } from '../../errors.ts';
import { missingApp } from '../../oauth/apps/missing-app.ts';

/** Whether a connector can be connected here and now, and if not, why. */
export type Availability =
  | { readonly availability: 'available' }
  | { readonly availability: 'coming_soon' | 'needs_setup'; readonly availabilityReason: string };

/** What decides it besides the connector. */
export interface Setup {
  readonly config: Pick<Config, 'stdio' | 'oauthApps' | 'publicUrl'>;
  /** The connectors that the workspace has an OAuth app for. */
  readonly apps: ReadonlySet<string>;
}

/** By the connector's first way of signing in: what needs an OAuth app that nobody has set up, and what is a program that may not run. */
export function availabilityOf(connector: Connector, setup: Setup): Availability {
  if (!isConfigured(connector, setup))
    return { availability: 'needs_setup', availabilityReason: missingApp(connector, setup.config) };
  if (connector.mcp?.transport === 'stdio' && setup.config.stdio === undefined)
    return { availability: 'coming_soon', availabilityReason: programsAreOff };
  return { availability: 'available' };
}

/** Whether the OAuth app that its first way of signing in needs is set up, by the workspace or in the environment. */
export function isConfigured(
  { id, auth_mode: mode }: Pick<Connector, 'id' | 'auth_mode'>,
  { config, apps }: Setup,
): boolean {
  return mode !== 'byo_oauth' || apps.has(id) || config.oauthApps.has(id);
}

/** What is said wherever somebody wants a program to run and the operator did not allow it (S4). */
export const programsAreOff =
  'Plugboard runs no programs over stdio here. The operator allows it with PLUGBOARD_STDIO=on.';

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
