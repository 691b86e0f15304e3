import { openStorage } from '../../server/src/storage/open-storage.ts';
import type { DatabaseConfig } from './databases.ts';
import { loose } from './loose-database.ts';

/** The settings of a process that runs on this database. */
export function settingsFor({ databaseUrl, dataDir }: DatabaseConfig): Record<string, string> {
  return databaseUrl === undefined ? { PLUGBOARD_DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl.reveal() };
}

/** Lets six minutes pass for what is executing: on PostgreSQL another replica may be at it, for as long as a call may take. */
export async function sixMinutesLater(database: DatabaseConfig): Promise<void> {
  const storage = await openStorage(database);
  const before = new Date(Date.now() - 6 * 60_000).toISOString();
  await storage.transact(async ({ rows }) => {
    await loose(rows).updateTable('approvals').set({ updated_at: before }).where('status', '=', 'executing').execute();
    await loose(rows).updateTable('calls').set({ at: before }).where('status', '=', 'executing').execute();
  });
  await storage.close();
}
