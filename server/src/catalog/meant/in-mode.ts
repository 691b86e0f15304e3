import { accessToken } from './brought-values.ts';
import type { AuthMode, AuthScheme, Connector } from '../connector.ts';

const known = new WeakMap<Connector, Map<AuthMode, Connector>>();

/** The connector as a connection that is signed in to this way means it: it attaches what that way brings. */
export function inMode(connector: Connector, mode: AuthMode): Connector {
  const auth = schemeIn(connector, mode);
  if (auth === connector.auth) return connector;
  const modes = known.get(connector) ?? new Map<AuthMode, Connector>();
  known.set(connector, modes);
  const found = modes.get(mode) ?? { ...connector, auth, exchange: mode === 'pat' ? connector.exchange : undefined };
  modes.set(mode, found);
  return found;
}

/** How a connection exchanges what was submitted for a token, where its way of signing in does that. */
export function exchangeIn({ auth, exchange }: Partial<Pick<Connector, 'auth' | 'exchange'>>): Connector['exchange'] {
  return exchange !== undefined && auth === exchange.attach ? exchange : undefined;
}

const bearer: AuthScheme = { scheme: 'bearer', token: `\${field.${accessToken}}` };

function schemeIn({ auth, oauth, exchange }: Connector, mode: AuthMode): AuthScheme {
  if (mode === 'mcp_oauth') return bearer;
  if (mode === 'byo_oauth') return oauth?.attach ?? bearer;
  return mode === 'pat' && exchange !== undefined ? exchange.attach : auth;
}
