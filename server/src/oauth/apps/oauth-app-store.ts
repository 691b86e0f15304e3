import { type JsonObject, readJsonObject } from '../../lib/json.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Box } from '../../vault/vault.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    oauth_apps: {
      workspace_id: WorkspaceColumn;
      connector_id: Fixed<string>;
      client_id: string;
      /** The secret with the origins it may go to; null for a public client (RFC 6749 §2.1). */
      box: string | null;
      /** Which server it is for, as values of fields; null: what the manifest names. */
      config: string | null;
      generation: number;
      created_at: Fixed<string>;
      updated_at: string;
    };
  }
}

/** The app that a workspace signs in to a connector's provider with. */
export interface OauthApp {
  readonly connectorId: string;
  readonly clientId: string;
  readonly box: Box | null;
  /** Which server it is for, as values of fields; absent: what the manifest names. */
  readonly config: JsonObject | undefined;
  /** Grows with every change; the box is bound to it. */
  readonly generation: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The workspace's app for a connector. */
export async function findApp(db: WorkspaceRows, connectorId: string): Promise<OauthApp | undefined> {
  const row = await db.rows
    .selectFrom('oauth_apps')
    .selectAll()
    .where('connector_id', '=', connectorId)
    .executeTakeFirst();
  return row && readApp(row);
}

/** The workspace's apps: at most one for each connector. */
export async function listApps(db: WorkspaceRows): Promise<readonly OauthApp[]> {
  const rows = await db.rows.selectFrom('oauth_apps').selectAll().execute();
  return rows.map(readApp);
}

/** The connectors that the workspace has an app for. */
export async function connectorsWithApp(db: WorkspaceRows): Promise<ReadonlySet<string>> {
  const rows = await db.rows.selectFrom('oauth_apps').select('connector_id').execute();
  return new Set(rows.map((row) => row.connector_id));
}

/** Puts the app in the place of the one before it, if any. */
export async function putApp(trx: WorkspaceTrx, app: OauthApp): Promise<void> {
  const { connectorId, clientId, box, config, generation, createdAt, updatedAt } = app;
  const written = config === undefined ? null : JSON.stringify(config);
  const changed = { client_id: clientId, box, config: written, generation, updated_at: updatedAt };
  await trx.rows
    .insertInto('oauth_apps')
    .values({ connector_id: connectorId, created_at: createdAt, ...changed })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connector_id']).doUpdateSet(changed))
    .execute();
}

/** Deletes the app, its sealed secret with it. Answers whether there was one. */
export async function deleteApp(trx: WorkspaceTrx, connectorId: string): Promise<boolean> {
  const { numDeletedRows } = await trx.rows
    .deleteFrom('oauth_apps')
    .where('connector_id', '=', connectorId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

function readApp(row: {
  readonly connector_id: string;
  readonly client_id: string;
  readonly box: string | null;
  readonly config: string | null;
  readonly generation: number;
  readonly created_at: string;
  readonly updated_at: string;
}): OauthApp {
  return {
    connectorId: row.connector_id,
    clientId: row.client_id,
    box: row.box,
    config: row.config === null ? undefined : readJsonObject(row.config),
    generation: row.generation,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
