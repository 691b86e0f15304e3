import { setImmediate as nextTurn } from 'node:timers/promises';
import { isoTime } from '../../lib/clock.ts';
import { type Box, VaultError } from '../vault.ts';
import { noteBoxes, type Rotation } from './rotation-store.ts';
import type { RotationParts } from './rotation-parts.ts';
import type { Resealed, SealedColumn, SealedRow } from './sealed-column.ts';

/** So many boxes that do not open are looked past in one place. Behind more of them the rest is left as it is, under its key. */
const mostUnreadable = 200;

export interface Resealing {
  readonly workspaceId: string;
  /** The data keys that were replaced. */
  readonly keyIds: readonly string[];
  readonly rotation: Rotation;
}

/** A box that does not open, and did not before. */
export interface Unreadable {
  /** `grants.box` */
  readonly place: string;
  /** In words, with the record. */
  readonly reason: string;
}

export interface Look {
  /** Whether every box that may be was looked at. */
  readonly isThrough: boolean;
  readonly unreadable: readonly Unreadable[];
  /** Whether there were so many of those that others may lie behind them. */
  readonly isGivenUp: boolean;
}

/**
 * Seals anew what a workspace has under data keys that were replaced, a few boxes at a time. A box that changes meanwhile is left
 * to the next look. May be stopped and run again at any time.
 */
export async function resealWorkspace(parts: RotationParts, resealing: Resealing, until: () => boolean): Promise<Look> {
  const unreadable: Unreadable[] = [];
  let isThrough = true;
  let isGivenUp = false;
  for (const place of parts.places) {
    const passed = new Map<Box, Unreadable>();
    for (;;) {
      const rows = await nextRows(parts, resealing, { place, passed });
      if (rows.length === 0) break;
      const isFree = await resealRows(parts, resealing, { place, passed, rows });
      isThrough &&= isFree;
      if (until()) return { isThrough: false, unreadable, isGivenUp };
      if (!isFree) break;
      await nextTurn();
    }
    unreadable.push(...passed.values());
    isGivenUp ||= passed.size >= mostUnreadable;
  }
  return { isThrough, unreadable, isGivenUp };
}

interface Looking {
  readonly place: SealedColumn;
  /** What does not open. */
  readonly passed: Map<Box, Unreadable>;
}

async function nextRows(
  { storage, clock }: RotationParts,
  { workspaceId, keyIds }: Resealing,
  { place, passed }: Looking,
): Promise<readonly SealedRow[]> {
  if (passed.size >= mostUnreadable) return [];
  const wish = { keyIds, limit: place.atOnce + passed.size, now: isoTime(clock) };
  const rows = await place.list(storage.workspace(workspaceId), wish);
  return rows.filter(({ box }) => !passed.has(box)).slice(0, place.atOnce);
}

/** False where somebody else is changing all of them. */
async function resealRows(
  parts: RotationParts,
  { workspaceId, rotation }: Resealing,
  { place, passed, rows }: Looking & { readonly rows: readonly SealedRow[] },
): Promise<boolean> {
  const pairs: Resealed[] = [];
  for (const row of rows) {
    const next = await resealBox(parts, row);
    if (next instanceof VaultError) passed.set(row.box, { place: place.name, reason: next.message });
    else pairs.push({ row, next });
  }
  if (pairs.length === 0) return true;
  const { storage } = parts;
  return storage.transact(async (trx) => {
    const count = await place.swap(trx.workspace(workspaceId), pairs, storage.engine);
    await noteBoxes(trx, rotation, count);
    return count > 0;
  });
}

/** The error where it does not open, now as before. */
async function resealBox({ vault }: RotationParts, { slot, box }: SealedRow): Promise<Box | VaultError> {
  try {
    return await vault.seal(slot, await vault.open(slot, box));
  } catch (error) {
    if (error instanceof VaultError) return error;
    throw error;
  }
}
