import type { AuthMode, Connector } from '../../catalog/connector.ts';
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

/** Ways of signing in whose values are submitted to us, without a browser. */
export function isSubmitted(mode: AuthMode): mode is 'pat' | 'none' {
  return mode === 'pat' || mode === 'none';
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
