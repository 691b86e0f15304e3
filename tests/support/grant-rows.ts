import { setTimeout } from 'node:timers/promises';
import { Client } from 'pg';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { loose } from './loose-database.ts';
import type { DatabaseConfig } from './databases.ts';

/** Looks at a PostgreSQL database beside the processes that use it, and holds them up there. */
export interface GrantRows {
  /** The version of the grant of a connection, and who is renewing it. */
  grantOf(id: string): Promise<{ readonly version: number; readonly fence: number; readonly leased: boolean }>;
  /** Resolves once the grant has another version than this. */
  newVersion(id: string, before: number): Promise<void>;
  /** Lets the time of a lease pass. */
  endLease(id: string): Promise<void>;
  /** Locks rows of a table, so that whoever wants to change them waits; resolves with how to let go. */
  lock(table: 'grants' | 'workspace_state'): Promise<() => Promise<void>>;
  /** Resolves once somebody waits for such a lock. */
  somebodyWaits(): Promise<void>;
  close(): Promise<void>;
}

/** Opens it. */
export async function openGrantRows(database: DatabaseConfig): Promise<GrantRows> {
  const storage = await openStorage(database);
  const url = database.databaseUrl?.reveal();
  const rows = loose(storage.writer);
  const grantOf: GrantRows['grantOf'] = async (id) => {
    const row = await rows.selectFrom('grants').selectAll().where('connection_id', '=', id).executeTakeFirst();
    return { version: Number(row?.['version']), fence: Number(row?.['fence']), leased: row?.['lease_owner'] !== null };
  };
  return {
    grantOf,
    async newVersion(id, before) {
      while ((await grantOf(id)).version === before) await setTimeout(2);
    },
    async endLease(id) {
      await rows.updateTable('grants').set({ lease_until: 1 }).where('connection_id', '=', id).execute();
    },
    async lock(table) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('begin');
      await client.query(`select * from ${table} for update`);
      return async () => {
        await client.query('rollback');
        await client.end();
      };
    },
    async somebodyWaits() {
      const client = new Client({ connectionString: url });
      await client.connect();
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await client.query(waiting)).rowCount === 0) await setTimeout(5);
      await client.end();
    },
    close: () => storage.close(),
  };
}
