import type { Storage } from '../storage/storage.ts';
import { insertDataKey } from './data-key-store.ts';
import { dataKeys } from './data-keys.ts';
import type { MasterKeys } from './master-keys.ts';
import { findKeyInUse, missingKeySentence, openRootKey, type RootKeyOptions } from './root-key.ts';
import { boxKeyId, nameOf, openBox, sealBox } from './sealed-box.ts';
import { subKey } from './sub-keys.ts';
import { type Vault, VaultError } from './vault.ts';

/** Opens the vault of an instance; throws `VaultError`, in words for the operator, before anything is served with a wrong key (S14). */
export async function openVault({ storage, masterKeys, clock }: RootKeyOptions): Promise<Vault> {
  const rootKey = await openRootKey({ storage, masterKeys, clock });
  await requireKeysInUse(storage, masterKeys);
  const keys = dataKeys({ storage, masterKeys });
  return {
    createWorkspaceKey: (trx) => insertDataKey(trx, { masterKeys, clock }),
    seal: async (slot, value) => sealBox(await keys.current(slot.workspaceId), slot, value),
    async open(slot, box) {
      const key = await keys.named(slot.workspaceId, boxKeyId(slot, box));
      if (!key)
        throw new VaultError(`The ${nameOf(slot)} does not open: its workspace has no such key, or has it no longer.`);
      return openBox(key, slot, box);
    },
    derive: (label) => subKey(rootKey, `derive/${label}`),
    forget: (workspaceId) => keys.forget(workspaceId),
  };
}

/** Each one that wraps a data key, and the one that is to wrap them. */
async function requireKeysInUse(storage: Storage, masterKeys: MasterKeys): Promise<void> {
  const rows = await storage.rows.selectFrom('data_keys').select('master_key_id').distinct().execute();
  const needed = new Set([await findKeyInUse(storage), ...rows.map((row) => row.master_key_id)]);
  const missing = [...needed].filter((id) => !masterKeys.byId.has(id));
  if (missing.length > 0) throw new VaultError(missingKeySentence(masterKeys, missing));
}
