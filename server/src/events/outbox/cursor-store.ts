import { databaseTime } from '../../storage/leases/database-time.ts';
import type { Storage, SystemTrx } from '../../storage/storage.ts';
import { lastPlace } from './place-events.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    outbox_cursors: {
      listener: Fixed<string>;
      /** Everything up to here it has heard, or is among its retries. */
      place: number;
      lease_owner: string | null;
      /** By the database's clock, in milliseconds since the epoch. */
      lease_until: number | null;
      /** Goes up with every lease: who holds an older one has lost it. */
      fence: number;
    };
  }
}

/** How far a listener has heard, held by one process for a while. */
export interface Cursor {
  readonly listener: string;
  readonly place: number;
  readonly fence: number;
}

/** Longer than a reaction may take, by enough for the transactions around it. */
export const leaseMs = 20_000;

/** How far a listener has heard, whoever holds it; one that is new has heard what has happened so far. */
export async function findPlace(storage: Storage, listener: string): Promise<number> {
  const known = await selectPlace(storage, listener);
  if (known !== undefined) return known;
  const place = await lastPlace(storage);
  await storage.transact(({ rows }) =>
    rows
      .insertInto('outbox_cursors')
      .values({ listener, place, lease_owner: null, lease_until: null, fence: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  return (await selectPlace(storage, listener)) ?? place;
}

async function selectPlace({ rows }: Storage, listener: string): Promise<number | undefined> {
  const found = rows.selectFrom('outbox_cursors').select('place').where('listener', '=', listener);
  return (await found.executeTakeFirst())?.place;
}

/** Takes the lease of a listener; `undefined` where another process holds it. */
export function takeCursor(storage: Storage, listener: string, owner: string): Promise<Cursor | undefined> {
  const now = databaseTime(storage.engine);
  return storage.transact(({ rows }) =>
    rows
      .updateTable('outbox_cursors')
      .set((eb) => ({ lease_owner: owner, lease_until: eb(now, '+', leaseMs), fence: eb('fence', '+', 1) }))
      .where('listener', '=', listener)
      .where(({ eb, or }) =>
        or([eb('lease_until', 'is', null), eb('lease_until', '<=', now), eb('lease_owner', '=', owner)]),
      )
      .returning(['listener', 'place', 'fence'])
      .executeTakeFirst(),
  );
}

/** Moves the cursor on and the lease with it. Throws where another process has taken it over: what it was for is undone. */
export async function moveCursor(
  trx: SystemTrx,
  storage: Pick<Storage, 'engine'>,
  { listener, fence, place }: Cursor,
): Promise<void> {
  const moved = await trx.rows
    .updateTable('outbox_cursors')
    .set((eb) => ({ place, lease_until: eb(databaseTime(storage.engine), '+', leaseMs) }))
    .where('listener', '=', listener)
    .where('fence', '=', fence)
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) throw new CursorLost();
}

/** Another process has taken the listener over. */
export class CursorLost extends Error {
  override readonly name = 'CursorLost';
}

/** Lets go of a lease; nothing happens where another process holds it. */
export async function leaveCursor(storage: Storage, { listener, fence }: Cursor): Promise<void> {
  await storage.transact(({ rows }) =>
    rows
      .updateTable('outbox_cursors')
      .set({ lease_owner: null, lease_until: null })
      .where('listener', '=', listener)
      .where('fence', '=', fence)
      .execute(),
  );
}
