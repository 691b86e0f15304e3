import type { Storage } from '../storage/storage.ts';
import { listDataKeys } from './data-key-store.ts';
import type { MasterKeys } from './master-keys.ts';
import { rememberRecent } from './remember-recent.ts';
import type { DataKey } from './sealed-box.ts';
import { VaultError } from './vault.ts';

/** The data keys of workspaces, kept in memory while they are in use. */
export interface DataKeys {
  /** The one that seals, as of a second ago at the most (R6). Throws `VaultError` where the workspace has none. */
  current(workspaceId: string): Promise<DataKey>;
  /** The one a box names, or `undefined` where the workspace has no such key, or had it no longer a minute ago. */
  named(workspaceId: string, id: string): Promise<DataKey | undefined>;
  forget(workspaceId: string): void;
}

export interface DataKeysOptions {
  readonly storage: Storage;
  readonly masterKeys: MasterKeys;
  /** How many workspaces are held in memory. */
  readonly capacity?: number;
}

/** How long a key that was read seals, and opens, before it is read again: another replica may have replaced or deleted it. */
const sealsForMs = 1_000;
const opensForMs = 60_000;

interface Held {
  readonly keys: readonly [DataKey, ...DataKey[]];
  /** By a clock that only goes forward. */
  readonly readAt: number;
}

/** Reads the keys of a workspace and keeps them for a while, until they are forgotten or crowded out. */
export function dataKeys({ storage, masterKeys, capacity = 1_000 }: DataKeysOptions): DataKeys {
  const recent = rememberRecent(async (workspaceId): Promise<Held> => {
    const readAt = performance.now();
    return { keys: await listSome(storage, masterKeys, workspaceId), readAt };
  }, capacity);
  const noOlderThan = async (ms: number, workspaceId: string): Promise<Held> => {
    const held = await recent.get(workspaceId);
    return performance.now() - held.readAt <= ms ? held : recent.reload(workspaceId);
  };
  return {
    async current(workspaceId) {
      return (await noOlderThan(sealsForMs, workspaceId)).keys[0];
    },
    /** A key that is not in memory may be new: made by another replica since. */
    async named(workspaceId, id) {
      const isNamed = (key: DataKey) => key.id === id;
      const held = await noOlderThan(opensForMs, workspaceId);
      return held.keys.find(isNamed) ?? (await recent.reload(workspaceId)).keys.find(isNamed);
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
