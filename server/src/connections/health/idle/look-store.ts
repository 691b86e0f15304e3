import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Storage, SystemTrx } from '../../../storage/storage.ts';
import type { Connection } from '../../connection.ts';
import { readConnection } from '../../connection-store.ts';
import type { Looked } from './next-look.ts';

/** When a connection is to be looked at. */
export interface PlannedLook extends Looked {
  readonly id: string;
  readonly workspaceId: string;
  /** Milliseconds since the epoch; null: nobody has planned it yet. */
  readonly lookAt: number | null;
}

/** Connections that are due, the longest first. */
export async function listDueLooks(
  { rows }: Storage,
  now: number,
  limit: number,
): Promise<readonly (PlannedLook & { readonly connection: Connection })[]> {
  const due = rows.selectFrom('connections').selectAll().where('look_at', '<=', now).orderBy('look_at').orderBy('id');
  return (await due.limit(limit).execute()).map((row) => {
    const connection = readConnection(row);
    const { id, workspaceId, status, deletedAt } = connection;
    const isDeleted = deletedAt !== null;
    return { id, workspaceId, status, isDeleted, connection, lookAt: row.look_at, looks: row.looks };
  });
}

/** Connections that no look is planned for. */
export async function listUnplanned({ rows }: Storage, limit: number): Promise<readonly PlannedLook[]> {
  const found = await rows
    .selectFrom('connections')
    .select(['id', 'workspace_id', 'status', 'deleted_at', 'looks'])
    .where('look_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return found.map(({ id, workspace_id, status, deleted_at, looks }) => {
    return { id, workspaceId: workspace_id, status, isDeleted: deleted_at !== null, looks, lookAt: null };
  });
}

/** What is put in the place of a plan. */
export interface NextLook {
  readonly look: PlannedLook;
  readonly at: number;
  readonly looks: number;
}

/** So that others write, and requests are answered, in between. */
const perTransaction = 50;

/**
 * Plans the next look of each, unless another process has; answers the ids of those it planned. Whoever plans it is the one who
 * looks. All are written in one order, so that two processes never wait for each other.
 */
export async function planLooks(storage: Storage, all: readonly NextLook[]): Promise<ReadonlySet<string>> {
  const inOrder = all.toSorted((one, other) => (one.look.id < other.look.id ? -1 : 1));
  const ours = new Set<string>();
  for (let at = 0; at < inOrder.length; at += perTransaction) {
    const planned = await planSome(storage, inOrder.slice(at, at + perTransaction));
    for (const id of planned) ours.add(id);
    await nextTurn();
  }
  return ours;
}

function planSome(storage: Storage, some: readonly NextLook[]): Promise<readonly string[]> {
  return storage.transact(async (trx) => {
    const ours: string[] = [];
    for (const next of some) if (await plan(trx, next)) ours.push(next.look.id);
    return ours;
  });
}

async function plan(trx: SystemTrx, { look: { id, workspaceId, lookAt }, at, looks }: NextLook): Promise<boolean> {
  const planned = await trx
    .workspace(workspaceId)
    .rows.updateTable('connections')
    .set({ look_at: at, looks })
    .where('id', '=', id)
    .where('look_at', lookAt === null ? 'is' : '=', lookAt)
    .executeTakeFirst();
  return planned.numUpdatedRows > 0n;
}
