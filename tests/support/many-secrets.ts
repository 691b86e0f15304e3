import { systemClock as clock } from '../../server/src/lib/clock.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import type { MasterKey } from '../../server/src/config.ts';
import { loadMasterKeys } from '../../server/src/vault/master-keys.ts';
import { openVault } from '../../server/src/vault/open-vault.ts';
import { addConnectionRow } from './add-connection-row.ts';
import { loose } from './loose-database.ts';

const handle = 'many-secrets';

/** Gives a connection of the first workspace many secrets. */
export async function addManySecrets(storage: Storage, masterKeys: readonly MasterKey[], count: number): Promise<void> {
  const vault = await openWith(storage, masterKeys);
  const { id: workspaceId } = await storage.rows.selectFrom('workspaces').select('id').executeTakeFirstOrThrow();
  const record = await addConnectionRow(storage, workspaceId);
  await loose(storage.writer).updateTable('connections').set({ label: handle }).where('id', '=', record).execute();
  for (let at = 0; at < count; at += 500) {
    const rows = await Promise.all(
      Array.from({ length: Math.min(500, count - at) }, async () => {
        const field = newId();
        const slot = { kind: 'credential', workspaceId, record, field, generation: 1 } as const;
        const box = await vault.seal(slot, new Secret(`the secret of ${field}`));
        return { workspace_id: workspaceId, connection_id: record, field, generation: 1, box };
      }),
    );
    await loose(storage.writer).insertInto('connection_secrets').values(rows).execute();
  }
}

/** Opens each of them; answers how many there are. */
export async function opensAll(storage: Storage, masterKeys: readonly MasterKey[]): Promise<number> {
  const vault = await openWith(storage, masterKeys);
  const rows = await storage.rows
    .selectFrom('connection_secrets')
    .innerJoin('connections', 'connections.id', 'connection_secrets.connection_id')
    .select(['connection_secrets.workspace_id', 'connection_id', 'field', 'box'])
    .where('connections.label', '=', handle)
    .execute();
  for (const { workspace_id: workspaceId, connection_id: record, field, box } of rows) {
    const opened = await vault.open({ kind: 'credential', workspaceId, record, field, generation: 1 }, box);
    if (opened.reveal() !== `the secret of ${field}`) throw new Error(`${field} holds another secret.`);
  }
  return rows.length;
}

async function openWith(storage: Storage, masterKeys: readonly MasterKey[]) {
  return openVault({ storage, masterKeys: await loadMasterKeys({ masterKeys, dataDir: '' }), clock });
}
