import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Origin } from './app-origin.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    app_origins: {
      workspace_id: WorkspaceColumn;
      origin: Fixed<string>;
      created_at: Fixed<string>;
    };
  }
}

/** Where an app of a workspace runs: who is sent back may be sent there, and who waits there may be told (S19). */
export interface AppOrigin {
  readonly origin: Origin;
  readonly createdAt: string;
}

/** A workspace has at most so many. */
export const mostOrigins = 100;

/** The origins a workspace registered, in alphabetical order. */
export async function listOrigins(db: WorkspaceRows): Promise<readonly AppOrigin[]> {
  const rows = await db.rows.selectFrom('app_origins').selectAll().orderBy('origin').limit(mostOrigins).execute();
  return rows.map(({ origin, created_at: createdAt }) => ({ origin, createdAt }));
}

/** Whether the workspace registered exactly this origin. */
export async function isRegistered(db: WorkspaceRows, origin: Origin): Promise<boolean> {
  const found = db.rows.selectFrom('app_origins').select('origin').where('origin', '=', origin);
  return (await found.executeTakeFirst()) !== undefined;
}

/** Whether any workspace registered exactly this origin. */
export async function isRegisteredAnywhere({ rows }: Pick<Storage, 'rows'>, origin: Origin): Promise<boolean> {
  return (
    (await rows.selectFrom('app_origins').select('origin').where('origin', '=', origin).executeTakeFirst()) !==
    undefined
  );
}

export async function insertOrigin(trx: WorkspaceTrx, { origin, createdAt }: AppOrigin): Promise<void> {
  await trx.rows.insertInto('app_origins').values({ origin, created_at: createdAt }).execute();
}

/** False where it was not there. */
export async function deleteOrigin(trx: WorkspaceTrx, origin: Origin): Promise<boolean> {
  const result = await trx.rows.deleteFrom('app_origins').where('origin', '=', origin).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
