import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import type { Connection } from '../../../connections/connection.ts';
import { beginSignIn } from '../../../connections/sign-in/begin-sign-in.ts';
import { startConnection } from '../../../connections/start-connection.ts';
import { submitCredentials } from '../../../connections/submit-credentials.ts';
import type { Context } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import type { ConnectLink } from '../connect-link.ts';
import type { LinkSession } from '../link-session.ts';
import { stepLink } from '../link-store.ts';
import { finishConnecting } from './finish-connecting.ts';
import { type AtConnector, connectedOf } from './where-link-stands.ts';

/** What somebody filled in. */
export interface FilledIn {
  readonly fields: Readonly<Record<string, string>>;
  /** Whether they know that it may be somebody else's account than before. */
  readonly confirmsAccount: boolean;
}

/**
 * Probes what was filled in with the provider and, where it is accepted, makes it count; then the link is finished. Throws as
 * `submitCredentials` does; then nothing counts.
 */
export async function connectByValues(
  ctx: Context,
  session: LinkSession,
  { place, filled }: { readonly place: AtConnector; readonly filled: FilledIn },
): Promise<void> {
  const { link } = session;
  const { connection } = await begun(ctx, link, { place, fields: undefined });
  const finish = finishConnecting(ctx, { link, connectionId: connection.id });
  const isDone = connection.status === 'connected' && place.connection === undefined;
  if (isDone) await ctx.db.transact(finish);
  else await submitCredentials(ctx, connection, { ...filled, beside: finish });
}

/** Begins signing in to the provider, and answers where to go. Throws as `startConnection` and `beginSignIn` do. */
export async function connectBySigningIn(
  ctx: Context,
  session: LinkSession,
  { place, filled }: { readonly place: AtConnector; readonly filled: FilledIn },
): Promise<string> {
  const { link } = session;
  const { connection, oauthUrl } = await begun(ctx, link, { place, fields: filled.fields });
  if (oauthUrl !== null && place.connection === undefined && link.scopes.length === 0) return oauthUrl;
  const scopes = [...new Set([...connection.grantedScopes, ...link.scopes])];
  return beginSignIn(ctx, connection, scopes.length === 0 ? {} : { scopes });
}

interface Beginning {
  readonly place: AtConnector;
  readonly fields: FilledIn['fields'] | undefined;
}

interface Begun {
  readonly connection: Connection;
  readonly oauthUrl: string | null;
}

/** The connection that this is about, which the link is for from here on. */
async function begun(ctx: Context, link: ConnectLink, { place, fields }: Beginning): Promise<Begun> {
  const { connector, way, connection } = place;
  const started = connection ? { connection, oauthUrl: null } : await startNew(ctx, { connector, way, fields });
  const change = { connection_id: started.connection.id };
  if (!(await ctx.db.transact((trx) => stepLink(trx, link.id, change)))) throw new Failure('CONFLICT', over);
  return started;
}

const over = 'This link came to its end meanwhile. Ask the app you came from for a new one.';

interface New {
  readonly connector: Connector;
  readonly way: AuthMode;
  readonly fields: FilledIn['fields'] | undefined;
}

async function startNew(ctx: Context, { connector, way, fields }: New): Promise<Begun> {
  const label = freeLabel(connector.name, await connectedOf(ctx, connector));
  return startConnection(ctx, {
    connectorSlug: connector.id,
    authMode: way,
    label,
    ...(fields && Object.keys(fields).length > 0 ? { fields } : {}),
  });
}

/** What another one is called beside those there are: `GitHub`, `GitHub 2`. */
function freeLabel(name: string, own: readonly Pick<Connection, 'label'>[]): string {
  const taken = new Set(own.map(({ label }) => label));
  const labels = Array.from({ length: taken.size + 1 }, (_, index) => (index === 0 ? name : `${name} ${index + 1}`));
  return labels.find((label) => !taken.has(label)) ?? name;
}
