import { makingFor } from '../../access/end-users/as-end-user.ts';
import { findEndUsers, type NamedEndUser } from '../../access/end-users/end-user-store.ts';
import { makeForEndUser } from '../../access/end-users/make-for-end-user.ts';
import type { Caller } from '../../access/caller.ts';
import { editConnection } from '../../connections/change-connection.ts';
import type { Connection } from '../../connections/connection.ts';
import { isSameMetadata, type Metadata, mergeMetadata } from '../../connections/metadata/merge-metadata.ts';
import {
  type ConnectionWish,
  knownConnector,
  startConnection,
  type StartedConnection,
} from '../../connections/start-connection.ts';
import { chooseAuthMode } from '../../connections/values/availability.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { createConnectLink } from '../../links/connect-links/create-connect-link.ts';

/** What `POST /api/v1/connections` says. */
export interface StartBody extends ConnectionWish {
  /** Whose it is to be; absent: the caller's own. */
  readonly end_user?: NamedEndUser | undefined;
  readonly metadata?: Metadata | undefined;
}

/** Starts a connection of the caller's, or of the end user they name; where there is one already, the metadata is added to it. */
export async function startForWhom(ctx: Context, { end_user: named, ...wish }: StartBody): Promise<StartedConnection> {
  requireWithin(ctx.caller, wish);
  const making = named === undefined ? ctx : await contextFor(ctx, named, wish);
  const started = await startConnection(making, wish);
  const { connection, oauthUrl } = started;
  return {
    ...started,
    connection: await withMetadata(making, connection, wish.metadata),
    oauthUrl: oauthUrl === null ? null : await fitting(ctx, connection, oauthUrl),
  };
}

/**
 * The request as it signs in to a connection; `undefined` where it may not, because that counts in the browser of the end user
 * alone whose it is (S8) and the caller does not answer for that.
 */
export function asItsOwner(ctx: Context, { endUser }: Connection): Context | undefined {
  const { caller } = ctx;
  if (endUser === null) return ctx;
  const answersForBrowser = caller.via === 'key' && caller.scopes.has('oauth:direct');
  return answersForBrowser ? { ...ctx, caller: makingFor(caller, endUser) } : undefined;
}

/** Then: a link to send its end user to, where they sign in. */
export async function linkToSignIn(ctx: Context, { id, endUser }: Connection): Promise<string> {
  const known = endUser && (await findEndUsers(ctx.db, [endUser.id])).get(endUser.id);
  if (!known) throw new Failure('CONFLICT', 'The end user whose connection it is was erased meanwhile.');
  const { url } = await createConnectLink(ctx, { endUser: known, purpose: 'reconnect', connectionId: id });
  return url;
}

async function fitting(ctx: Context, connection: Connection, oauthUrl: string): Promise<string> {
  return asItsOwner(ctx, connection) === undefined ? linkToSignIn(ctx, connection) : oauthUrl;
}

/** What cannot be begun names nobody. */
async function contextFor(ctx: Context, named: NamedEndUser, wish: ConnectionWish): Promise<Context> {
  chooseAuthMode(knownConnector(ctx, wish.connectorSlug), wish.authMode);
  const { caller } = await makeForEndUser(ctx, named);
  return { ...ctx, caller };
}

/** Throws FORBIDDEN for what the credential of an end user is not for. */
function requireWithin({ endUser }: Caller, { connectorSlug, metadata }: ConnectionWish): void {
  if (metadata !== undefined) requireApp({ endUser });
  if (endUser?.connectors?.has(connectorSlug) ?? true) return;
  throw new Failure(
    'FORBIDDEN',
    `This token is not for the connector "${connectorSlug}". Ask the app for another one.`,
  );
}

/** Throws FORBIDDEN for the credential of an end user: what an app writes is its own. */
export function requireApp({ endUser }: Pick<Caller, 'endUser'>): void {
  if (endUser !== undefined) throw new Failure('FORBIDDEN', 'Metadata is written by the app alone. Leave it out.');
}

async function withMetadata(ctx: Context, connection: Connection, metadata: Metadata = {}): Promise<Connection> {
  const isThere = isSameMetadata(connection.metadata, mergeMetadata(connection.metadata, metadata));
  return isThere ? connection : editConnection(ctx, connection.id, { metadata });
}
