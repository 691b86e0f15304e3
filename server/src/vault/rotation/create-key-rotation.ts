import { randomToken } from '../../lib/ids.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { findKeyInUse } from '../root-key.ts';
import { advanceRotation, countWaiting } from './advance-rotation.ts';
import { beginRotation, type RotationWish } from './begin-rotation.ts';
import type { RotationParts } from './rotation-parts.ts';
import { findRotation, type Rotation } from './rotation-store.ts';

/** How far the rotation under way is, or how the last one ended. */
export interface Progress extends Rotation {
  readonly workspaces: { readonly all: number; readonly done: number };
  /** How many boxes it has come across that do not open, and left under the data key they name. */
  readonly unreadable: number;
}

/** The keys of the instance, for whoever operates it. */
export interface KeysState {
  /** The master key that wraps. */
  readonly inUse: string;
  /** The master keys that this process has, newest first. */
  readonly configured: readonly string[];
  readonly rotation: Progress | undefined;
}

export interface KeyRotation {
  /** Puts a rotation under way. Throws CONFLICT, in words for the operator, where that cannot be. */
  begin(wish: RotationWish): Promise<void>;
  state(): Promise<KeysState>;
  /** The ids of the master keys that this process has, newest first. */
  masterKeyIds(): readonly string[];
  /** Takes the rotation under way further, on whichever replica. */
  readonly task: HouseTask;
}

/** How long replaced data keys stay: longer than anything takes to write what it has sealed. */
const graceMs = 60_000;
const everyMs = 2_000;
const turnMs = 1_500;

/** Rotates the keys of an instance while everything goes on (S14, S22). */
export function createKeyRotation(given: Omit<RotationParts, 'graceMs'> & Partial<RotationParts>): KeyRotation {
  const parts: RotationParts = { graceMs, ...given };
  const masterKeyIds = () => [...parts.masterKeys.byId.keys()];
  const turn = { owner: randomToken(12), place: { workspaceId: '' }, turnMs };
  return {
    begin: (wish) => beginRotation(parts, wish),
    async state() {
      const { storage } = parts;
      const rotation = await findRotation(storage);
      return {
        inUse: await findKeyInUse(storage),
        configured: masterKeyIds(),
        rotation: rotation && (await progressOf(parts, rotation)),
      };
    },
    masterKeyIds,
    task: { name: 'rotation of the keys', everyMs, run: () => advanceRotation(parts, turn) },
  };
}

async function progressOf(parts: RotationParts, rotation: Rotation): Promise<Progress> {
  const { rows } = parts.storage;
  const counted = rows.selectFrom('workspaces').select(({ fn }) => fn.countAll<number | bigint>().as('count'));
  const all = Number((await counted.executeTakeFirstOrThrow()).count);
  const left = rotation.isRunning ? await countWaiting(parts, rotation) : 0;
  const kept = rows
    .selectFrom('data_keys')
    .select(({ fn }) => fn.sum<number | bigint | null>('unreadable').as('count'));
  const unreadable = Number((await kept.executeTakeFirstOrThrow()).count ?? 0);
  return { ...rotation, workspaces: { all, done: Math.max(0, all - left) }, unreadable };
}
