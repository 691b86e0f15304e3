import { roleAtLeast } from '../../../access/caller.ts';
import type { Caller } from '../../../access/caller.ts';
import type { EndUser, NamedEndUser } from '../../../access/end-users/end-user-store.ts';
import type { Connection } from '../../../connections/connection.ts';
import { findConnection } from '../../../connections/connection-store.ts';
import { connectorOf } from '../../../connections/connector-of.ts';
import { takesBrowser } from '../../../connections/values/availability.ts';
import type { Context } from '../../../context.ts';
import { Failure } from '../../../errors.ts';
import { mayLeadTo } from '../../origins/may-lead-to.ts';
import { createConnectLink, createNamedLink, type LinkWish, type MadeLink } from '../create-connect-link.ts';
import { knownScopes, requireOffered } from './offered-connectors.ts';

/** What an app, or an end user for themselves, asks for. */
export interface LinkRequest extends Omit<LinkWish, 'endUser' | 'purpose' | 'approvalId'> {
  readonly endUser: NamedEndUser;
}

/**
 * Makes a link for an end user, as their app or they themselves ask for it. Throws FORBIDDEN for whoever may not, NOT_FOUND for
 * a connection that is not theirs, and BAD_REQUEST for what it could not be used for; then nothing is made.
 */
export async function requestConnectLink(ctx: Context, request: LinkRequest): Promise<MadeLink> {
  requireLinkMaker(ctx.caller);
  const { endUser, connectionId, returnUrl } = request;
  requireOwn(ctx.caller, request);
  const aim =
    connectionId === undefined ? await newAim(ctx, request) : await knownAim(ctx, { ...request, connectionId });
  if (returnUrl !== undefined && !(await mayLeadTo(ctx.db, returnUrl))) throw new Failure('BAD_REQUEST', leadsAway);
  const wish = { ...request, ...aim };
  const own = ctx.caller.endUser;
  return own ? createConnectLink(ctx, { ...wish, endUser: own }) : createNamedLink(ctx, { ...wish, endUser });
}

/** Throws FORBIDDEN unless the caller makes links: an end user for themselves, MANAGER and above with the scope for it. */
export function requireLinkMaker({ endUser, role, scopes }: Caller): void {
  if (endUser !== undefined || (roleAtLeast(role, 'MANAGER') && scopes.has('connect_links:write'))) return;
  throw new Failure('FORBIDDEN', 'Links for end users take MANAGER and the scope connect_links:write.');
}

/** What an end user's own token may not say: who somebody else is, and what the app writes on connections. */
function requireOwn({ endUser: own }: Caller, { endUser, metadata }: LinkRequest): void {
  if (own === undefined) return;
  if (endUser.id !== own.externalId)
    throw new Failure('FORBIDDEN', 'The token of an end user makes links for that one alone. Name them in end_user.');
  if (metadata !== undefined)
    throw new Failure('FORBIDDEN', 'Metadata is written by the backend of the app, with its API key. Leave it out.');
}

const leadsAway =
  'return_url must be on an origin that this workspace has registered: an ADMIN registers it with POST /api/v1/workspaces/<workspace>/origins.';

type Aim = Pick<LinkWish, 'purpose' | 'connectors' | 'connectionId' | 'scopes'>;

async function newAim(ctx: Context, { connectors, scopes }: LinkRequest): Promise<Aim> {
  const reach = ctx.caller.endUser?.connectors;
  const wanted = connectors ?? (reach && [...reach]);
  if (wanted) await requireOffered(ctx, wanted);
  if (wanted?.some((id) => reach?.has(id) === false))
    throw new Failure('FORBIDDEN', `This token is for ${[...(reach ?? [])].join(', ')} alone.`);
  const [only, ...others] = wanted ?? [];
  if (scopes?.length && (only === undefined || others.length > 0)) throw new Failure('BAD_REQUEST', scopesOfWhat);
  const connector = ctx.catalog.find(only ?? '');
  return { purpose: 'connect', connectors: wanted, scopes: scopes && connector && knownScopes(connector, scopes) };
}

const scopesOfWhat = 'Scopes belong to one connector: name it alone in connectors, or a connection in connection_id.';

async function knownAim(
  ctx: Context,
  { connectionId, endUser, connectors, scopes = [] }: LinkRequest & { readonly connectionId: string },
): Promise<Aim> {
  if (connectors !== undefined)
    throw new Failure('BAD_REQUEST', 'Leave connectors out: the connection in connection_id says which it is.');
  const connection = await findConnection(ctx.db, connectionId);
  if (!connection || !isTheirs(connection, endUser, ctx.caller))
    throw new Failure('NOT_FOUND', `There is no such connection of "${endUser.id}".`);
  if (scopes.length === 0) return { purpose: 'reconnect', connectionId };
  if (!takesBrowser(connection.authMode))
    throw new Failure('BAD_REQUEST', 'Nobody signed in to this connection, so no scopes can be granted to it.');
  return { purpose: 'step_up', connectionId, scopes: knownScopes(await connectorOf(ctx, connection), scopes) };
}

function isTheirs(connection: Connection, { id }: Pick<EndUser, 'id'>, { endUser }: Caller): boolean {
  const isLive = connection.deletedAt === null && connection.endUser?.externalId === id;
  return isLive && endUser?.connectors?.has(connection.connectorId) !== false;
}
