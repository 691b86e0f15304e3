import { Failure } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { WorkspaceDb, WorkspaceRows } from '../../storage/storage.ts';
import { type Actor, appendEvent } from '../append-event.ts';
import { findSetAside, type SetAside, tellAgain } from './retry-store.ts';

declare module '../append-event.ts' {
  interface EventTypes {
    'event.retried': { readonly listener: string; readonly type: string };
  }
}

/** An event that was set aside. Throws NOT_FOUND for every other. */
export async function seeSetAside(db: WorkspaceRows, id: string): Promise<SetAside> {
  const found = await findSetAside(db, id);
  if (found) return found;
  throw new Failure('NOT_FOUND', 'There is no such event among those that were set aside.');
}

/** Has it told again, from the beginning. Throws CONFLICT where somebody has asked for that already. */
export async function retryEvent(
  { db, clock }: { readonly db: WorkspaceDb; readonly clock: Clock },
  { id, listener, type, eventId }: SetAside,
  actor: Actor,
): Promise<void> {
  await db.transact(async (trx) => {
    if (!(await tellAgain(trx, id, clock.now())))
      throw new Failure('CONFLICT', 'This event is being told again already.');
    await appendEvent(trx, clock, {
      type: 'event.retried',
      actor,
      subject: `event:${eventId}`,
      data: { listener, type },
    });
  });
}
