import { createEgress } from '../../server/src/egress/create-egress.ts';
import type { Egress } from '../../server/src/egress/egress.ts';
import { systemClock, type Clock } from '../../server/src/lib/clock.ts';
import type { Storage, WorkspaceDb } from '../../server/src/storage/storage.ts';
import { loadMasterKeys } from '../../server/src/vault/master-keys.ts';
import { openVault } from '../../server/src/vault/open-vault.ts';
import type { Vault } from '../../server/src/vault/vault.ts';
import { addWorkspace } from './add-workspace.ts';

/** A workspace and what signing in to MCP servers takes, on one machine where loopback may be reached (S6). */
export interface McpWorld {
  readonly db: WorkspaceDb;
  readonly vault: Vault;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly publicUrl: string;
}

/** Makes one in a database. Close its egress. */
export async function createMcpWorld(storage: Storage, changes: Partial<McpWorld> = {}): Promise<McpWorld> {
  const masterKeys = await loadMasterKeys({ masterKeys: [{ id: '1', key: Buffer.alloc(32, 1) }], dataDir: '' });
  const vault = await openVault({ storage, masterKeys, clock: systemClock });
  const db = storage.workspace(await addWorkspace(storage));
  await db.transact((trx) => vault.createWorkspaceKey(trx));
  const publicUrl = changes.publicUrl ?? 'http://127.0.0.1:1';
  return { db, vault, egress: loopbackEgress(), clock: systemClock, publicUrl, ...changes };
}

/** The real egress of an installation on one machine, with nothing on its allow-list. Close it. */
export function loopbackEgress(): Egress {
  const ownAddresses = { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' };
  return createEgress({ allow: [], ownAddresses });
}
