import { databaseTime } from '../../storage/leases/database-time.ts';
import { insertDataKey } from '../data-key-store.ts';
import type { Rotation } from './rotation-store.ts';
import type { RotationParts } from './rotation-parts.ts';

const atOnce = 100;

/**
 * Gives every workspace a data key of this rotation, which seals from now on; those it had go on opening. May be stopped and run
 * again at any time; true when all have one.
 */
export async function replaceDataKeys(
  parts: RotationParts,
  rotation: Rotation,
  until: () => boolean,
): Promise<boolean> {
  while (!until()) {
    const waiting = await workspacesWithout(parts, rotation).select('workspaces.id').limit(atOnce).execute();
    for (const { id } of waiting) await replaceDataKey(parts, rotation, id);
    if (waiting.length === 0) return true;
  }
  return false;
}

/** How many workspaces have no data key of this rotation. */
export async function countWithout(parts: Pick<RotationParts, 'storage'>, rotation: Rotation): Promise<number> {
  const counted = workspacesWithout(parts, rotation).select(({ fn }) => fn.countAll<number | bigint>().as('count'));
  return Number((await counted.executeTakeFirstOrThrow()).count);
}

function workspacesWithout({ storage }: Pick<RotationParts, 'storage'>, { id }: Rotation) {
  return storage.rows
    .selectFrom('workspaces')
    .where(({ not, exists, selectFrom, ref }) =>
      not(
        exists(
          selectFrom('data_keys')
            .select('data_keys.id')
            .where('data_keys.workspace_id', '=', ref('workspaces.id'))
            .where('data_keys.rotation_id', '=', id),
        ),
      ),
    );
}

async function replaceDataKey(parts: RotationParts, rotation: Rotation, workspaceId: string): Promise<void> {
  const { storage, masterKeys, clock, vault } = parts;
  await storage.transact(async (system) => {
    const isThere = system.rows.selectFrom('workspaces').select('id').where('id', '=', workspaceId);
    if ((await isThere.executeTakeFirst()) === undefined) return;
    const trx = system.workspace(workspaceId);
    const before = trx.rows.updateTable('data_keys').where('replaced_at', 'is', null);
    await before.set({ replaced_at: databaseTime(storage.engine) }).execute();
    await insertDataKey(trx, { masterKeys, clock, rotationId: rotation.id });
  });
  vault.forget(workspaceId);
}
