import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { backOff } from '../../jobs/back-off.ts';
import { describeError } from '../../jobs/describe-error.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage } from '../../storage/storage.ts';
import { type Cursor, CursorLost, findPlace, leaveCursor, moveCursor, takeCursor } from './cursor-store.ts';
import type { Listener } from './listener.ts';
import { lastPlace } from './place-events.ts';
import { findPlaced, listPlaced, type PlacedEvent } from './placed-events.ts';
import {
  changeRetry,
  deleteRetry,
  isHeldUp,
  listDueRetries,
  type NewRetry,
  putRetry,
  type Retry,
} from './retry-store.ts';
import { react } from './react.ts';

/** What telling of events needs. */
export interface OutboxDesk {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Stands for this process in leases. */
  readonly owner: string;
  /** Aborted when the process wants to end. */
  readonly leaving: AbortSignal;
  /** How often an event is told in vain before it is set aside. */
  readonly maxAttempts: number;
}

const atOnce = 100;

/** Tells a listener of what it has not heard yet; answers whether there may be more. Another process may be at it: then not. */
export async function tellListener(desk: OutboxDesk, listener: Listener): Promise<boolean> {
  const { storage, owner } = desk;
  const last = await lastPlace(storage);
  const hasHeard = (await findPlace(storage, listener.name)) >= last;
  if (hasHeard && (await dueRetries(desk, listener, 1)).length === 0) return false;
  const cursor = await takeCursor(storage, listener.name, owner);
  if (cursor === undefined) return false;
  try {
    return await takeTurn({ ...desk, listener }, cursor, last);
  } catch (error) {
    if (error instanceof CursorLost) return false;
    throw error;
  } finally {
    await leaveCursor(storage, cursor);
  }
}

async function takeTurn(turn: Turn, cursor: Cursor, last: number): Promise<boolean> {
  const retries = await dueRetries(turn, turn.listener, atOnce);
  for (const retry of retries) if (!turn.leaving.aborted) await tellOnceMore(turn, cursor, retry);
  const isMore = await tellNew(turn, cursor, last);
  // What was told at last may let the next one of its subject through.
  return (isMore || retries.length > 0) && !turn.leaving.aborted;
}

function dueRetries({ storage, clock }: OutboxDesk, { name }: Listener, limit: number): Promise<readonly Retry[]> {
  return listDueRetries(storage, { listener: name, now: clock.now(), limit });
}

type Turn = OutboxDesk & { readonly listener: Listener };

/** Everything up to the place, some at a time; the cursor moves on with each, so that a crash repeats one at most. */
async function tellNew(turn: Turn, cursor: Cursor, last: number): Promise<boolean> {
  const { storage, listener, leaving } = turn;
  const types = listener.reactions.map(({ type }) => type);
  const events = await listPlaced(storage, { after: cursor.place, upTo: last, types, limit: atOnce });
  for (const event of events) {
    if (leaving.aborted) return false;
    await tell(turn, { ...cursor, place: event.place }, event);
    await nextTurn();
  }
  if (events.length === atOnce) return true;
  if (cursor.place < last) await storage.transact((trx) => moveCursor(trx, storage, { ...cursor, place: last }));
  return false;
}

/** What waits behind an earlier event of its subject is not told before that one. */
async function tell(turn: Turn, cursor: Cursor, event: PlacedEvent): Promise<void> {
  const { storage, listener, leaving } = turn;
  const db = storage.workspace(event.workspaceId);
  const isWaiting = await isHeldUp(db, listener.name, event.subject);
  const problem = isWaiting ? undefined : await react(listener, event, leaving);
  if (problem !== undefined && leaving.aborted) throw new CursorLost();
  await storage.transact(async (trx) => {
    await moveCursor(trx, storage, cursor);
    if (isWaiting || problem !== undefined)
      await putRetry(trx.workspace(event.workspaceId), newRetry(turn, event, problem));
  });
}

function newRetry({ clock, listener }: Turn, { id, place }: PlacedEvent, problem: unknown): NewRetry {
  const now = clock.now();
  const own = { id: newId(now), listener: listener.name, event_id: id, place, created_at: isoTime(clock) };
  if (problem === undefined) return { ...own, attempts: 0, run_at: now, last_error: null };
  return { ...own, attempts: 1, run_at: now + backOff(1, Math.random()), last_error: describeError(problem) };
}

/** Ends a retry or puts it off; in the end it is set aside, so that later events of its subject are told. */
async function tellOnceMore(turn: Turn, cursor: Cursor, retry: Retry): Promise<void> {
  const { storage, clock, listener, leaving, log, maxAttempts } = turn;
  const db = storage.workspace(retry.workspaceId);
  const event = await findPlaced(db, retry.eventId);
  const problem = event && (await react(listener, event, leaving));
  if (problem !== undefined && leaving.aborted) throw new CursorLost();
  const attempts = retry.attempts + 1;
  const last_error = describeError(problem);
  const isOver = attempts >= maxAttempts;
  await storage.transact(async (trx) => {
    await moveCursor(trx, storage, cursor);
    const inside = trx.workspace(retry.workspaceId);
    if (problem === undefined) return deleteRetry(inside, retry.id);
    const change = isOver
      ? { attempts, last_error, set_aside_at: isoTime(clock) }
      : { attempts, last_error, run_at: clock.now() + backOff(attempts, Math.random()) };
    return changeRetry(inside, retry.id, change);
  });
  const facts = { listener: listener.name, event: retry.eventId, workspace: retry.workspaceId, reason: last_error };
  if (problem !== undefined && isOver) log.error(facts, 'An event was told in vain too often, and is set aside.');
}
