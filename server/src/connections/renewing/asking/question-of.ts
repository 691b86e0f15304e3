import type { Connector } from '../../../catalog/connector.ts';
import { exchangeIn } from '../../../catalog/meant/in-mode.ts';
import { findOrigins, originOf } from '../../../catalog/origins.ts';
import type { App } from '../../../context.ts';
import type { CodeGrant, GrantClient, GrantSecrets } from '../../../credentials/grants/grant.ts';
import type { Grant } from '../../../credentials/grants/grant-store.ts';
import { mayAttach, misdirected, openCredentials } from '../../../credentials/open-credentials.ts';
import type { Credentials } from '../../../credentials/seal-credentials.ts';
import { findOauthClient } from '../../../oauth/apps/find-oauth-client.ts';
import type { OauthDoor } from '../../../oauth/door.ts';
import { serverOfDiscovered } from '../../../oauth/mcp/discovered-server.ts';
import type { OauthClient, OauthServer } from '../../../oauth/oauth-server.ts';
import { refreshTokens } from '../../../oauth/refresh-tokens.ts';
import { runExchange } from '../../../oauth/run-exchange.ts';
import { serverOf } from '../../../oauth/server-of.ts';
import type { TokenOutcome } from '../../../oauth/token-set.ts';
import type { WorkspaceDb } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import type { RenewalReason } from '../decide-renewal.ts';
import { discoverGrant } from './discover-grant.ts';

/** A grant that is about to be renewed, with everything known about it. */
export interface Renewable {
  readonly db: WorkspaceDb;
  readonly connection: Connection;
  /** Absent where the operator took it out of the catalog. */
  readonly connector: Connector | undefined;
  readonly grant: Grant;
  readonly secrets: GrantSecrets;
  readonly reason: RenewalReason;
}

/** A request for a new token that only waits to be sent. */
export interface AskableQuestion extends Renewable {
  readonly connector: Connector;
  /** What the connection has now. */
  readonly credentials: Credentials;
  /** Sends it, once. */
  readonly ask: (signal: AbortSignal) => Promise<TokenOutcome>;
}

/** The same, or why there is none. */
export type Question = AskableQuestion | Unaskable;

/** Why no token can be asked for. */
export interface Unaskable {
  readonly problem: string;
  /** Whether it stays so until somebody signs in, or submits the values, again. */
  readonly isFinal?: boolean;
}

type Asking = Pick<App, 'vault' | 'catalog' | 'egress' | 'clock' | 'config'>;

/** How often a request may be repeated whose answer nobody heard: as often as one likes where values are exchanged. */
export function repeatsOf(connector: Pick<Connector, 'oauth'> | undefined, secrets: GrantSecrets | undefined): number {
  if (secrets?.kind === 'exchange') return Number.MAX_SAFE_INTEGER;
  return connector?.oauth?.refresh_grace === true ? 1 : 0;
}

/** Prepares the request that renews a token: whatever it takes is looked up before it is begun. */
export async function questionOf(app: Asking, renewable: Renewable): Promise<Question> {
  const { db, connection, connector, secrets } = renewable;
  if (connector === undefined) return { problem: 'Its connector is no longer in the catalog.' };
  const credentials = await openCredentials({ vault: app.vault, db }, connection.id);
  const doorFor = (signal: AbortSignal): OauthDoor => ({
    egress: app.egress.of(connection.workspaceId),
    clock: app.clock,
    loopback: connection.loopback,
    signal,
  });
  const prepared =
    secrets.kind === 'exchange'
      ? exchangeOf(app, { connection, connector, credentials })
      : await refreshOf(app, { db, connection, connector, secrets });
  if ('problem' in prepared) return prepared;
  return { ...renewable, ...prepared, connector, credentials, ask: (signal) => prepared.ask(doorFor(signal)) };
}

type Prepared =
  | { readonly ask: (door: OauthDoor) => Promise<TokenOutcome>; readonly secrets: GrantSecrets }
  | Unaskable;

function exchangeOf(
  { config }: Asking,
  { connection, connector, credentials }: Pick<AskableQuestion, 'connection' | 'connector' | 'credentials'>,
): Prepared {
  const exchange = exchangeIn(connector);
  if (exchange === undefined) return { problem: 'The connector does not exchange what was submitted any more.' };
  const address = findOrigins({ derived: connector.derived, auth: connector.auth, exchange }, connection.config);
  if (!address.ok) return { problem: address.message };
  if (!address.origins.every((origin) => mayAttach(credentials, origin)))
    return { problem: misdirected, isFinal: true };
  const values = { config: connection.config, secrets: credentials.secrets, publicUrl: config.publicUrl };
  return { secrets: { kind: 'exchange' }, ask: (door) => runExchange(door, connector, values) };
}

type RefreshFacts = Pick<AskableQuestion, 'db' | 'connection' | 'connector'> & { readonly secrets: CodeGrant };

async function refreshOf(app: Asking, facts: RefreshFacts): Promise<Prepared> {
  const found = await withServer(app, facts);
  if ('problem' in found) return found;
  const { server, secrets } = found;
  const { refreshToken, client: kept, origins } = secrets;
  if (refreshToken === undefined || kept === undefined) return { problem: 'There is nothing to renew its token with.' };
  if (!origins.includes(originOf(server.refresh.url) ?? '')) return { problem: misdirected, isFinal: true };
  const client = await clientNow(app, { ...facts, server, kept });
  return { secrets, ask: (door) => refreshTokens(door, server, { client, refreshToken }) };
}

/** The server that was found when somebody signed in, the manifest's, or for an imported token the one the MCP server names. */
async function withServer(
  app: Asking,
  { db, connection, connector, secrets }: RefreshFacts,
): Promise<{ readonly server: OauthServer; readonly secrets: CodeGrant } | Unaskable> {
  if (secrets.server !== undefined) return { server: serverOfDiscovered(secrets.server), secrets };
  if (connection.authMode === 'mcp_oauth') return discoverGrant(app, { db, connection, connector, secrets });
  const found = serverOf(connector, { config: connection.config, publicUrl: app.config.publicUrl });
  return found.ok ? { server: found.server, secrets } : { problem: found.message };
}

/** The client the token was issued to, with the secret that it has today: an app whose secret was renewed goes on working. */
async function clientNow(
  app: Asking,
  {
    db,
    connection,
    connector,
    kept,
    server,
  }: RefreshFacts & { readonly kept: GrantClient; readonly server: OauthServer },
): Promise<OauthClient> {
  const { clientId, clientSecret, source } = kept;
  const same = { clientId, clientSecret };
  if (source !== 'workspace' && source !== 'environment') return same;
  const found = await findOauthClient({ ...app, db }, connector, { config: connection.config, server });
  return 'client' in found && found.client.clientId === clientId ? found.client : same;
}
