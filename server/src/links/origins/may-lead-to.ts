import type { WorkspaceRows } from '../../storage/storage.ts';
import { originOfAddress } from './app-origin.ts';
import { isRegistered } from './app-origin-store.ts';

/** Whether somebody may be sent to this address: its origin is one that the workspace registered (S19). */
export async function mayLeadTo(db: WorkspaceRows, address: string): Promise<boolean> {
  const origin = originOfAddress(address);
  return origin !== undefined && (await isRegistered(db, origin));
}
