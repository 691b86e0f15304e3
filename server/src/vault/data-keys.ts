import type { Storage } from '../storage/storage.ts';
import { listDataKeys } from './data-key-store.ts';
import type { MasterKeys } from './master-keys.ts';
import { rememberRecent } from './remember-recent.ts';
import type { DataKey } from './sealed-box.ts';
import { VaultError } from './vault.ts';

/** The data keys of workspaces, kept in memory while they are in use. */
export interface DataKeys {
  /** The one that seals. Throws `VaultError` where the workspace has none. */
  current(workspaceId: string): Promise<DataKey>;
  /** The one a box names, or `undefined` where the workspace has no such key. */
  named(workspaceId: string, id: string): Promise<DataKey | undefined>;
  forget(workspaceId: string): void;
}

export interface DataKeysOptions {
  readonly storage: Storage;
  readonly masterKeys: MasterKeys;
  /** How many workspaces are held in memory. */
  readonly capacity?: number;
}

/** Reads the keys of a workspace once and keeps them until they are forgotten or crowded out. */
export function dataKeys({ storage, masterKeys, capacity = 1_000 }: DataKeysOptions): DataKeys {
  const recent = rememberRecent((workspaceId) => listSome(storage, masterKeys, workspaceId), capacity);
  return {
    async current(workspaceId) {
      return (await recent.get(workspaceId))[0];
    },
    /** A key that is not in memory may be new: made by another replica since. */
    async named(workspaceId, id) {
      const isNamed = (key: DataKey) => key.id === id;
      return (await recent.get(workspaceId)).find(isNamed) ?? (await recent.reload(workspaceId)).find(isNamed);
    },
    forget: recent.forget,
  };
}

async function listSome(
  storage: Storage,
  masterKeys: MasterKeys,
  workspaceId: string,
): Promise<readonly [DataKey, ...DataKey[]]> {
  const [newest, ...older] = await listDataKeys(storage, masterKeys, workspaceId);
  if (newest) return [newest, ...older];
  throw new VaultError(`The workspace ${workspaceId} has no data key: it was deleted, or never finished being made.`);
}
