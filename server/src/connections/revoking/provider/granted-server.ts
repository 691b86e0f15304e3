import type { Connector } from '../../../catalog/connector.ts';
import { originOf } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import type { DiscoveredServer } from '../../../oauth/mcp/discovered-server.ts';
import { serverOfDiscovered } from '../../../oauth/mcp/discovered-server.ts';
import type { OauthServer } from '../../../oauth/oauth-server.ts';
import { serverOf } from '../../../oauth/server-of.ts';
import type { Connection } from '../../connection.ts';

/** Where somebody has signed in. */
export interface Granted {
  readonly connection: Pick<Connection, 'config'>;
  readonly connector: Connector;
  /** Absent: the server that the manifest describes. */
  readonly discovered?: DiscoveredServer | undefined;
}

/** The authorization server of a connection that was signed in to; `undefined` where the manifest no longer names one. */
export function grantedServer(
  { config: { publicUrl } }: Pick<App, 'config'>,
  { connection, connector, discovered }: Granted,
): OauthServer | undefined {
  if (discovered) return serverOfDiscovered(discovered);
  const found = serverOf(connector, { config: connection.config, publicUrl });
  return found.ok ? found.server : undefined;
}

/** Whether tokens are revoked there, at one of the origins that they may be sent to (S1). */
export function mayBeTold({ ownRevocation, revocationUrl }: OauthServer, origins: readonly string[]): boolean {
  const origin = ownRevocation?.origin ?? originOf(revocationUrl ?? '');
  return origin !== undefined && origins.includes(origin);
}
