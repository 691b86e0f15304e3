import type { Storage } from '../storage/storage.ts';
import { isForeignKeyViolation } from '../storage/violations.ts';
import type { CallRecord } from './call-log.ts';
import { insertCalls } from './call-store.ts';

/** Calls that did not get into the database, and why. */
export interface Unwritten {
  readonly calls: readonly CallRecord[];
  readonly error: unknown;
}

/**
 * Writes calls of any workspaces in one transaction; where that fails, those of each workspace by themselves, so that one
 * does not hold up the others. Calls of a workspace that was deleted meanwhile go with it.
 */
export async function writeCalls(storage: Storage, calls: readonly CallRecord[]): Promise<Unwritten | undefined> {
  const groups = [...Map.groupBy(calls, (call) => call.workspaceId).values()];
  const together = await attempt(storage, groups);
  if (!together || groups.length === 1) return together;
  const alone: Unwritten[] = [];
  for (const group of groups) {
    const unwritten = await attempt(storage, [group]);
    if (unwritten) alone.push(unwritten);
  }
  const [first] = alone;
  return first && { calls: alone.flatMap((unwritten) => unwritten.calls), error: first.error };
}

async function attempt(storage: Storage, groups: readonly (readonly CallRecord[])[]): Promise<Unwritten | undefined> {
  try {
    await storage.transact(async (trx) => {
      for (const group of groups) {
        const [first] = group;
        if (first) await insertCalls(trx.workspace(first.workspaceId), group);
      }
    });
    return undefined;
  } catch (error) {
    return groups.length === 1 && isForeignKeyViolation(error) ? undefined : { calls: groups.flat(), error };
  }
}
