import type { Selectable } from 'kysely';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { databaseTime } from '../../storage/leases/database-time.ts';
import type { Storage, SystemTrx } from '../../storage/storage.ts';
import { readIds } from '../retired-keys.ts';
import type { KeyRotationsTable } from './tables.ts';

/** The rotation of the keys of an instance: of its master key, and of the data keys of all workspaces. */
export interface Rotation {
  readonly id: string;
  readonly isRunning: boolean;
  /** The master key that is in use from its beginning on. */
  readonly masterKeyId: string;
  /** The master keys that it takes out of use. */
  readonly retired: readonly string[];
  readonly begunAt: string;
  /** When no data key was wrapped by another master key any more. */
  readonly wrappedAt: string | null;
  readonly finishedAt: string | null;
  /** How many boxes it has sealed anew so far. */
  readonly boxes: number;
}

export interface NewRotation extends Pick<Rotation, 'id' | 'masterKeyId' | 'retired' | 'begunAt' | 'wrappedAt'> {
  /** A principal. */
  readonly begunBy: string;
}

/** Puts a rotation under way. A unique violation: another one is. */
export async function insertRotation(trx: SystemTrx, rotation: NewRotation): Promise<void> {
  await trx.rows
    .insertInto('key_rotations')
    .values({
      id: rotation.id,
      running: 1,
      master_key_id: rotation.masterKeyId,
      retired: JSON.stringify(rotation.retired),
      begun_by: rotation.begunBy,
      begun_at: rotation.begunAt,
      wrapped_at: rotation.wrappedAt,
      finished_at: null,
      boxes: 0,
      lease_owner: null,
      lease_until: null,
    })
    .execute();
}

/** The rotation under way, or else the last one. */
export async function findRotation({ rows }: Pick<Storage, 'rows'>): Promise<Rotation | undefined> {
  const latest = rows.selectFrom('key_rotations').selectAll().orderBy('id', 'desc').limit(1);
  const running = rows.selectFrom('key_rotations').selectAll().where('running', '=', 1);
  const row = (await running.executeTakeFirst()) ?? (await latest.executeTakeFirst());
  return row && readRotation(row);
}

/** Takes or keeps the lease of the rotation under way; `undefined` where there is none, or another process has it. */
export async function leaseRotation(storage: Storage, owner: string, leaseMs: number): Promise<Rotation | undefined> {
  const running = storage.rows.selectFrom('key_rotations').select('id').where('running', '=', 1);
  if ((await running.executeTakeFirst()) === undefined) return undefined;
  const now = databaseTime(storage.engine);
  const row = await storage.transact(({ rows }) =>
    rows
      .updateTable('key_rotations')
      .set((eb) => ({ lease_owner: owner, lease_until: eb(now, '+', leaseMs) }))
      .where('running', '=', 1)
      .where(({ eb, or }) =>
        or([eb('lease_until', 'is', null), eb('lease_until', '<=', now), eb('lease_owner', '=', owner)]),
      )
      .returningAll()
      .executeTakeFirst(),
  );
  return row && readRotation(row);
}

/** Puts on record that every data key is wrapped by its master key. */
export async function noteWrapped(trx: SystemTrx, { id }: Rotation, clock: Clock): Promise<void> {
  await trx.rows
    .updateTable('key_rotations')
    .set({ wrapped_at: isoTime(clock) })
    .where('id', '=', id)
    .execute();
}

/** Counts boxes that were sealed anew, in the transaction that puts them into their places. */
export async function noteBoxes(trx: SystemTrx, { id }: Rotation, count: number): Promise<void> {
  const one = trx.rows.updateTable('key_rotations').where('id', '=', id);
  await one.set((eb) => ({ boxes: eb('boxes', '+', count) })).execute();
}

/** Ends a rotation: another one may begin. */
export async function noteFinished(trx: SystemTrx, { id }: Rotation, clock: Clock): Promise<void> {
  const ended = { running: null, finished_at: isoTime(clock), lease_owner: null, lease_until: null };
  await trx.rows.updateTable('key_rotations').set(ended).where('id', '=', id).where('running', '=', 1).execute();
}

function readRotation(row: Selectable<KeyRotationsTable>): Rotation {
  return {
    id: row.id,
    isRunning: row.running !== null,
    masterKeyId: row.master_key_id,
    retired: readIds(row.retired),
    begunAt: row.begun_at,
    wrappedAt: row.wrapped_at,
    finishedAt: row.finished_at,
    boxes: row.boxes,
  };
}
