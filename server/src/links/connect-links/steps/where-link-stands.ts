import type { AuthMode, Connector } from '../../../catalog/connector.ts';
import { type Connection, mayManage } from '../../../connections/connection.ts';
import { findConnection, listUsable } from '../../../connections/connection-store.ts';
import { findConnectorOf } from '../../../connections/connector-of.ts';
import { openAsk } from '../../../connections/sign-in/open-ask.ts';
import type { ConfirmFacts } from '../../../connections/sign-in/sign-in-page.ts';
import type { Context } from '../../../context.ts';
import { findLatest } from '../../../oauth/handshakes/handshake-store.ts';
import type { LinkSession } from '../link-session.ts';
import { type Offered, offeredConnectors } from '../making/offered-connectors.ts';

/** What a browser that opened a link asks for; what is left out is chosen for it. */
export interface LinkChoice {
  readonly connector?: string | undefined;
  readonly way?: string | undefined;
  /** Of the end user's own, to be signed in to anew. */
  readonly connection?: string | undefined;
  /** Whether a new connection is wanted although there is one. */
  readonly another?: boolean;
  /** Whether they want to choose anew, whatever was tried before. */
  readonly anew?: boolean;
}

/** A connector that is about to be connected, in one of its ways. */
export interface AtConnector {
  readonly connector: Connector;
  readonly way: AuthMode;
  readonly ways: readonly AuthMode[];
  /** The connection to be signed in to anew; absent: a new one is made. */
  readonly connection: Connection | undefined;
  /** Why the attempt before came to nothing, in the words of whoever said so. */
  readonly problem: string | null;
}

/** Where a link stands, for the browser that opened it. */
export type LinkPlace =
  | { readonly at: 'approval'; readonly approvalId: string }
  | { readonly at: 'finished'; readonly connection: Connection; readonly connector: Connector | undefined }
  | { readonly at: 'account'; readonly facts: ConfirmFacts; readonly connector: Connector }
  | { readonly at: 'choose'; readonly offered: readonly Offered[] }
  /** There are connections of this connector already: one of them anew, or another one. */
  | { readonly at: 'again'; readonly connector: Connector; readonly own: readonly Connection[] }
  | ({ readonly at: 'connector' } & AtConnector)
  /** What it was for is no longer there. */
  | { readonly at: 'nowhere' };

/** Where a link stands, and what its browser sees next. It changes nothing. */
export async function whereLinkStands(ctx: Context, session: LinkSession, choice: LinkChoice): Promise<LinkPlace> {
  const { link } = session;
  if (link.approvalId !== null) return { at: 'approval', approvalId: link.approvalId };
  const begun = link.connectionId === null ? undefined : await ownConnection(ctx, link.connectionId);
  if (link.finishedAt !== null) return finished(ctx, begun);
  const came = begun && (await whatCame(ctx, session, begun));
  if (came?.account !== undefined) return came.account;
  if (link.purpose !== 'connect') return begun ? anew(ctx, begun, came?.problem ?? null) : { at: 'nowhere' };
  const problem = came?.problem ?? null;
  const failed = problem === null || isChosen(choice) ? undefined : begun;
  return choosing(ctx, session, { choice, failed, problem: failed ? problem : null });
}

function isChosen({ connector, connection, anew: isAnew }: LinkChoice): boolean {
  return isAnew === true || connector !== undefined || connection !== undefined;
}

async function finished(ctx: Context, connection: Connection | undefined): Promise<LinkPlace> {
  if (connection === undefined) return { at: 'nowhere' };
  return { at: 'finished', connection, connector: await findConnectorOf(ctx, connection) };
}

/** A live connection that is the end user's own. */
export async function ownConnection(
  { db, caller }: Pick<Context, 'db' | 'caller'>,
  id: string,
): Promise<Connection | undefined> {
  const connection = await findConnection(db, id);
  return connection?.deletedAt === null && mayManage(caller, connection) ? connection : undefined;
}

interface Came {
  readonly account?: Extract<LinkPlace, { at: 'account' }>;
  readonly problem?: string | null;
}

/** What came of the sign-in that was begun with this link: an account to look at, or why there is none. */
async function whatCame(ctx: Context, { link, caller }: LinkSession, connection: Connection): Promise<Came> {
  const handshake = await findLatest(ctx.db, connection.id);
  if (handshake?.userId !== caller.userId || handshake.createdAt < (link.openedAt ?? '')) return {};
  if (handshake.status === 'failed') return { problem: handshake.problem };
  if (handshake.status !== 'confirming') return {};
  const person = { via: 'connect_link', userId: caller.userId, caller } as const;
  const asked = await openAsk(ctx, { person, token: handshake.id, signal: ctx.signal });
  const connector = asked.page === 'confirm' ? await findConnectorOf(ctx, connection) : undefined;
  if (asked.page === 'confirm' && connector) return { account: { at: 'account', facts: asked.facts, connector } };
  return { problem: asked.page === 'refusal' ? asked.facts.message : null };
}

async function anew(ctx: Context, connection: Connection, problem: string | null): Promise<LinkPlace> {
  const connector = await findConnectorOf(ctx, connection);
  if (connector === undefined) return { at: 'nowhere' };
  const way = connection.authMode;
  return { at: 'connector', connector, way, ways: [way], connection, problem };
}

interface Choosing {
  readonly choice: LinkChoice;
  /** What was tried with this link and failed. */
  readonly failed: Connection | undefined;
  readonly problem: string | null;
}

async function choosing(
  ctx: Context,
  { link }: LinkSession,
  { choice, failed, problem }: Choosing,
): Promise<LinkPlace> {
  const offered = await offeredConnectors(ctx, link.connectors);
  const again = choice.connection === undefined ? undefined : await ownConnection(ctx, choice.connection);
  const wanted = again?.connectorId ?? choice.connector ?? failed?.connectorId ?? onlyOne(offered);
  const found = offered.find(({ connector }) => connector.id === wanted);
  if (found === undefined) return offered.length === 0 ? { at: 'nowhere' } : { at: 'choose', offered };
  if (again) return anew(ctx, again, null);
  const { connector, ways } = found;
  const own = failed || choice.another === true ? [] : await connectedOf(ctx, connector);
  if (own.length > 0) return { at: 'again', connector, own };
  const way = ways.find((each) => each === (choice.way ?? failed?.authMode)) ?? ways[0];
  const isRenewal = failed !== undefined && failed.status !== 'pending';
  return { at: 'connector', connector, way, ways, connection: isRenewal ? failed : undefined, problem };
}

function onlyOne(offered: readonly Offered[]): string | undefined {
  return offered.length === 1 ? offered[0]?.connector.id : undefined;
}

/** The end user's own connections of a connector that were connected once. */
export async function connectedOf(ctx: Context, { id }: Pick<Connector, 'id'>): Promise<readonly Connection[]> {
  const usable = await listUsable(ctx.db, ctx.caller, { connectorIds: [id] });
  return usable.filter(({ endUser, status }) => endUser?.id === ctx.caller.userId && status !== 'pending');
}
