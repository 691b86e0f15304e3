import { setImmediate as nextTurn } from 'node:timers/promises';
import { bumpGeneration } from '../../access/generations.ts';
import type { App } from '../../context.ts';
import { appendEvents } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { endHandshakesOf } from '../../oauth/handshakes/handshake-store.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { forgetTags } from '../metadata/tag-store.ts';
import { sessionKeyOf } from '../tools/mcp-server-of.ts';
import { insertReceipts } from './receipt-store.ts';
import { isMeant, type RevocationFilter } from './revocation-filter.ts';
import { noteCutOff, type Revocation } from './revocation-store.ts';

/** Connections of a revocation that can be used until now. */
export interface CuttingOff {
  readonly revocation: Pick<Revocation, 'id' | 'principal' | 'userId'>;
  readonly filter: RevocationFilter;
  /** What the connections say from now on. */
  readonly reason: string;
  /** The only one of them that is meant, as it was read. */
  readonly generation?: number;
  /** The id to go on after. */
  readonly after?: string;
}

/** What cutting off takes. */
export type CuttingParts = Pick<App, 'clock' | 'voidWaiting'>;

export type CutOff = readonly Pick<Connection, 'id' | 'generation' | 'connectorId'>[];

/** Connections a transaction: others write in between. */
const atOnce = 100;

/**
 * Cuts off some of the connections that are meant, each with its receipt and its event, and voids what waits over them: on
 * every replica nothing uses them a second later (R6), though their secrets are still to be put away.
 */
export async function cutOffSome(
  trx: WorkspaceTrx,
  { clock, voidWaiting }: CuttingParts,
  cutting: CuttingOff,
): Promise<CutOff> {
  const { revocation, after } = cutting;
  await bumpGeneration(trx);
  const found = await find(trx, cutting);
  const at = isoTime(clock);
  if (after === undefined && !mayBeMore(found)) await noteCutOff(trx, revocation.id, at);
  if (found.length > 0) await cutOff(trx, { clock, voidWaiting, cutting, found, at });
  return found;
}

function find({ rows }: WorkspaceTrx, { filter, generation, after = '' }: CuttingOff): Promise<CutOff> {
  return rows
    .selectFrom('connections')
    .select(['id', 'connector_id as connectorId', 'generation'])
    .where((where) => isMeant(where, filter))
    .where('id', '>', after)
    .$if(generation !== undefined, (query) => query.where('generation', '=', generation ?? 0))
    .orderBy('id')
    .limit(atOnce)
    .execute();
}

interface Found extends CuttingParts {
  readonly cutting: CuttingOff;
  readonly found: CutOff;
  readonly at: string;
}

async function cutOff(trx: WorkspaceTrx, { clock, voidWaiting, cutting, found, at }: Found): Promise<void> {
  const { revocation, reason } = cutting;
  const ids = found.map(({ id }) => id);
  const gone = { status: 'revoked', status_reason: reason, is_active: 0, deleted_at: at, updated_at: at } as const;
  await trx.rows.updateTable('connections').set(gone).where('id', 'in', ids).execute();
  await forgetTags(trx, ids);
  await endHandshakesOf(trx, ids, 'The connection was deleted.');
  const kept = { revocationId: revocation.id, cutOffAt: at, nextAt: clock.now() };
  const receipts = found.map(({ id, generation }) => ({ connectionId: id, generation, ...kept }));
  await insertReceipts(trx, receipts);
  const actor = { principal: revocation.principal, userId: revocation.userId };
  const events = found.map((connection) => ({
    type: 'connection.revoked' as const,
    actor,
    subject: subjectOf(connection),
    data: { connector: connection.connectorId, revocation: revocation.id },
  }));
  await appendEvents(trx, clock, events);
  await voidWaiting(trx, ids, actor);
}

function mayBeMore(cut: CutOff): boolean {
  return cut.length === atOnce;
}

/** Cuts off what is left, a few at a time, until a look at all of them finds none, or it is told to stop. */
export async function cutOffRest(
  app: CuttingParts & Pick<App, 'mcp'>,
  { db, isOver, ...cutting }: CuttingOff & { readonly db: WorkspaceDb; readonly isOver: () => boolean },
): Promise<void> {
  let from: { readonly after?: string } = {};
  while (!isOver()) {
    const next = { ...cutting, ...from };
    const cut = await db.transact((trx) => cutOffSome(trx, app, next));
    endSessions(app, cut);
    const last = mayBeMore(cut) ? cut.at(-1) : undefined;
    if (last === undefined && from.after === undefined) return;
    from = last === undefined ? {} : { after: last.id };
    await nextTurn();
  }
}

/** Closes what this process has open to the servers of connections that were cut off. */
export function endSessions({ mcp }: Pick<App, 'mcp'>, cut: CutOff): void {
  for (const connection of cut) mcp.drop(sessionKeyOf(connection));
}
