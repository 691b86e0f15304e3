import type { ColumnType } from 'kysely';
import type { Storage, SystemTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    outbox_places: {
      name: Fixed<string>;
      /** The last place that was given away. */
      last: number;
      /** Events up to this id happened before places were given. */
      since: Fixed<string>;
    };
  }
}

/** An event's turn among all: null at first, given once. */
export type InPlace = ColumnType<number | null, undefined, number>;

const atOnce = 100;

/**
 * Gives every committed event that has none yet its place, and answers how many there were. An id says when an event began,
 * not when it was committed, so that whoever goes by ids misses what commits late (R6): places are given to what is there, by
 * one process at a time, and never below one that was given before.
 */
export async function placeEvents(storage: Storage): Promise<number> {
  if (!(await isAnyWaiting(storage))) return 0;
  return storage.transact(placeSome);
}

/** The last place that was given away. */
export async function lastPlace({ rows }: Pick<Storage, 'rows'>): Promise<number> {
  const row = await rows.selectFrom('outbox_places').select('last').where('name', '=', 'events').executeTakeFirst();
  return row?.last ?? 0;
}

async function isAnyWaiting(storage: Storage): Promise<boolean> {
  const row = await waiting(storage).select('events.id').limit(1).executeTakeFirst();
  return row !== undefined;
}

function waiting({ rows }: Pick<Storage, 'rows'>) {
  return rows
    .selectFrom('events')
    .where('events.place', 'is', null)
    .where('events.id', '>', (eb) =>
      eb.selectFrom('outbox_places').select('outbox_places.since').where('outbox_places.name', '=', 'events'),
    );
}

/** Whoever has written the row of places goes on alone until it commits. */
async function placeSome(trx: SystemTrx): Promise<number> {
  const { last } = await trx.rows
    .updateTable('outbox_places')
    .set((eb) => ({ last: eb.ref('last') }))
    .where('name', '=', 'events')
    .returning('last')
    .executeTakeFirstOrThrow();
  const some = waiting(trx)
    .select(['events.workspace_id as workspaceId', 'events.id'])
    .orderBy('events.id')
    .orderBy('events.workspace_id')
    .limit(atOnce);
  const placed = await some.execute();
  let place = last;
  for (const { workspaceId, id } of placed) {
    place += 1;
    await trx.workspace(workspaceId).rows.updateTable('events').set({ place }).where('id', '=', id).execute();
  }
  await trx.rows.updateTable('outbox_places').set({ last: place }).where('name', '=', 'events').execute();
  return placed.length;
}
