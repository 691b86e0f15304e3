import type { Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { Storage } from '../../storage/storage.ts';

/** Connections whose provider said to come back later. */
interface ConnectionPausesTable {
  workspace_id: WorkspaceColumn;
  connection_id: Fixed<string>;
  /** The tool whose limit it is; empty: all of the connection. */
  part: Fixed<string>;
  /** Of the configuration that was told so; another one starts afresh. */
  generation: number;
  not_before: string;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    connection_pauses: ConnectionPausesTable;
  }
}

/** A connection, as it was configured when its provider said when to come back. */
export interface Paused {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly generation: number;
  /** The tool whose limit it is; empty: all of the connection. */
  readonly part: string;
}

/** ISO time before which it is not asked again. */
export interface Pause extends Paused {
  readonly notBefore: string;
}

const mostPauses = 10_000;

/** The pauses of every workspace that are not over, the longest first. */
export async function listPauses(storage: Pick<Storage, 'rows'>, now: string): Promise<Pause[]> {
  const rows = await storage.rows
    .selectFrom('connection_pauses')
    .selectAll()
    .where('not_before', '>', now)
    .orderBy('not_before', 'desc')
    .limit(mostPauses)
    .execute();
  return rows.map((row) => ({
    workspaceId: row.workspace_id,
    connectionId: row.connection_id,
    generation: row.generation,
    part: row.part,
    notBefore: row.not_before,
  }));
}

/** Keeps a pause. Of two for one configuration the later holds; a newer configuration replaces that of an older one. */
export async function keepPause(storage: Pick<Storage, 'workspace'>, pause: Pause): Promise<void> {
  const { workspaceId, connectionId: connection_id, part, generation, notBefore: not_before } = pause;
  await storage.workspace(workspaceId).transact(async ({ rows }) => {
    await rows
      .insertInto('connection_pauses')
      .values({ connection_id, part, generation, not_before })
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'connection_id', 'part'])
          .doUpdateSet({ generation, not_before })
          .where((where) =>
            where.or([
              where('connection_pauses.generation', '<', generation),
              where.and([
                where('connection_pauses.generation', '=', generation),
                where('connection_pauses.not_before', '<', not_before),
              ]),
            ]),
          ),
      )
      .execute();
  });
}

/** Forgets pauses that were over by then. */
export async function forgetPauses(storage: Pick<Storage, 'transact'>, before: string): Promise<void> {
  await storage.transact(async ({ rows }) => {
    await rows.deleteFrom('connection_pauses').where('not_before', '<', before).execute();
  });
}
