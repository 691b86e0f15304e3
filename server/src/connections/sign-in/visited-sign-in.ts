import type { Caller } from '../../access/caller.ts';
import { isAgentConnector } from '../../catalog/own-connectors.ts';
import type { Connector } from '../../catalog/connector.ts';
import type { App } from '../../context.ts';
import { isUuid } from '../../lib/ids.ts';
import { findHandshake, findUnderWay, type Handshake } from '../../oauth/handshakes/handshake-store.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import { type Connection, mayManage } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { findConnectorOf } from '../connector-of.ts';
import { isCustom } from '../servers/shared-connections.ts';
import { readPlace, scopesToAsk } from '../step-up/step-up-page.ts';
import { contextOf, enterAs, type SignInContext } from './sign-in-context.ts';
import type { Person, SignInFacts, SignInPage, Visit } from './sign-in-page.ts';

/** A person at the page of a sign-in that is theirs. */
export interface Visited {
  readonly ctx: SignInContext;
  readonly connection: Connection;
  readonly connector: Connector;
  readonly facts: SignInFacts;
  /** The latest they began, over or not; absent: they open the page of a connection that waits. */
  readonly handshake: Handshake | undefined;
  /** What the address asks for besides what is always asked for; empty: nothing in particular. */
  readonly scopes: readonly string[];
}

export type VisitOutcome = Visited | { readonly refused: SignInPage };

/**
 * What a person may see at `/connect/<id>`: the handshake with that id where it is theirs, or the connection with that id
 * where they manage it. Everybody else learns nothing, whether or not there is one (S8).
 */
export async function visitSignIn(app: App, visit: Visit & { readonly token: string }): Promise<VisitOutcome> {
  const { token, person } = visit;
  const named = readPlace(token);
  if (!isUuid(named.id)) return { refused: refusal(gone) };
  if (person === undefined) return { refused: { page: 'sign_in', to: `/connect/${encodeURIComponent(token)}` } };
  const place = await findPlace(app.storage, { id: named.id.toLowerCase(), person });
  if (place === undefined) return { refused: refusal(gone) };
  const caller = await enterAs(app, person, place.workspaceId);
  if (caller === undefined) return { refused: refusal(gone) };
  const ctx = contextOf(app, caller, visit);
  const connection = await findConnection(ctx.db, place.connectionId);
  const connector = connection && (await findConnectorOf(ctx, connection));
  const isTheirs = connection?.deletedAt === null && maySignIn(caller, connection);
  if (!isTheirs || !connector || isAgentConnector(connection.connectorId)) return { refused: refusal(gone) };
  const scopes = place.handshakeId === undefined ? scopesToAsk(connector, connection, named) : [];
  const handshake = scopes.length === 0 ? await handshakeOf(ctx, place) : undefined;
  return { ctx, connection, connector, handshake, scopes, facts: await factsOf(ctx, connection, connector) };
}

/** Whoever manages what belongs to end users signs in for none of them: it counts in their own browser alone (S8). */
function maySignIn(caller: Caller, connection: Connection): boolean {
  return mayManage(caller, connection) && (connection.endUser === null || caller.endUser !== undefined);
}

/** What is said of everything that is not there, or not theirs. */
export const gone =
  'There is nothing to sign in to at this address for you. Whoever sent you here may have meant somebody else, or it is over: ask them for a new link.';

/** A page that says why it goes no further. */
export function refusal(message: string, about?: SignInFacts): SignInPage {
  return { page: 'refusal', facts: { message, ...(about && { about }) } };
}

interface Place {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly handshakeId: string | undefined;
}

async function findPlace(
  storage: Storage,
  { id, person }: { readonly id: string; readonly person: Person },
): Promise<Place | undefined> {
  const begun = await storage.rows
    .selectFrom('handshakes')
    .select(['workspace_id as workspaceId', 'connection_id as connectionId', 'id as handshakeId'])
    .where('id', '=', id)
    .where('user_id', '=', person.userId)
    .where('binding', '=', 'person')
    .executeTakeFirst();
  if (begun) return begun;
  const connection = await storage.rows
    .selectFrom('connections')
    .innerJoin('members', 'members.workspace_id', 'connections.workspace_id')
    .select('connections.workspace_id as workspaceId')
    .where('connections.id', '=', id)
    .where('members.user_id', '=', person.userId)
    .executeTakeFirst();
  return connection && { ...connection, connectionId: id, handshakeId: undefined };
}

/** The page of a connection shows what its visitor is in the middle of; otherwise it begins. */
async function handshakeOf({ db, caller, clock }: SignInContext, place: Place): Promise<Handshake | undefined> {
  if (place.handshakeId !== undefined) return findHandshake(db, place.handshakeId);
  const current = await findUnderWay(db, place.connectionId, isoTime(clock));
  return current?.userId === caller.userId && current.binding === 'person' ? current : undefined;
}

/** What every page of a sign-in says of its connection: a server that is in no catalog goes by the name it was given. */
export async function factsOf(
  { db }: Pick<SignInContext, 'db'>,
  { id, label }: Connection,
  connector: Pick<Connector, 'id' | 'name'>,
): Promise<SignInFacts> {
  const workspace = await nameOfWorkspace({ db });
  return {
    connectionId: id,
    connector: { id: connector.id, name: isCustom({ connectorId: connector.id }) ? label : connector.name },
    label,
    workspace,
  };
}

/** What a workspace is called. */
export async function nameOfWorkspace({ db }: Pick<SignInContext, 'db'>): Promise<string> {
  const workspace = await db.rows
    .selectFrom('workspaces')
    .select('name')
    .where('id', '=', db.workspaceId)
    .executeTakeFirst();
  return workspace?.name ?? '';
}
