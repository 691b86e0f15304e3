import type { Connector } from '../../catalog/connector.ts';
import { readManifest } from '../../catalog/manifest/read-manifest.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    connector_versions: {
      workspace_id: WorkspaceColumn;
      connector_id: Fixed<string>;
      version: Fixed<string>;
      manifest: Fixed<string>;
      digest: Fixed<string>;
      source: Fixed<string>;
      kept_at: Fixed<string>;
    };
  }
}

/** Keeps the manifest of a version that a connection now uses, so that it can be used when the catalog has a newer one (RULINGS 000.2). */
export async function keepManifest(trx: WorkspaceTrx, clock: Clock, connector: Connector): Promise<void> {
  const { digest, source, ...manifest } = connector;
  const row = {
    connector_id: connector.id,
    version: connector.version,
    manifest: JSON.stringify(manifest),
    digest,
    source,
    kept_at: isoTime(clock),
  };
  await trx.rows
    .insertInto('connector_versions')
    .values(row)
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connector_id', 'version']).doNothing())
    .execute();
}

/** Kept manifests already read, by workspace, connector and version: a kept one never changes. */
const known = new Map<string, Connector>();
const mostKnown = 200;

/** The connector as it was in a version that the workspace has used; `undefined` where it never did. */
export async function findKept(
  db: WorkspaceRows,
  connectorId: string,
  version: string,
): Promise<Connector | undefined> {
  const key = JSON.stringify([db.workspaceId, connectorId, version]);
  const found = known.get(key) ?? (await readKept(db, connectorId, version));
  if (found === undefined) return undefined;
  if (known.size >= mostKnown) known.clear();
  known.set(key, found);
  return found;
}

async function readKept(db: WorkspaceRows, connectorId: string, version: string): Promise<Connector | undefined> {
  const row = await db.rows
    .selectFrom('connector_versions')
    .select(['manifest', 'source'])
    .where('connector_id', '=', connectorId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const source = row.source === 'built-in' ? 'built-in' : 'operator';
  const read = readManifest(row.manifest, { file: `${connectorId} ${version}`, source });
  return read.ok ? read.connector : undefined;
}
