import { dropDataKeys } from './drop-data-keys.ts';
import { countWithout, replaceDataKeys } from './replace-data-keys.ts';
import { resealWorkspace } from './reseal-workspace.ts';
import { leaseRotation, noteFinished, type Rotation } from './rotation-store.ts';
import type { RotationParts } from './rotation-parts.ts';
import { wrapAnew } from './wrap-anew.ts';

/** Longer than a turn, so that one process goes on with what it began; another one takes over when it is over. */
const leaseMs = 15_000;
const atOnce = 100;

/** Where the last turn of this process ended, so that the next one goes on behind it. */
export interface Place {
  workspaceId: string;
}

export interface Turn {
  /** Of this process. */
  readonly owner: string;
  readonly place: Place;
  /** Milliseconds. */
  readonly turnMs: number;
}

/**
 * Takes the rotation under way a step further, for about as long as a turn lasts: wrap data keys, replace them, seal anew, drop
 * what is not needed any more. Every step can be cut off and taken again, by whatever process.
 */
export async function advanceRotation(parts: RotationParts, { owner, place, turnMs }: Turn): Promise<void> {
  const rotation = await leaseRotation(parts.storage, owner, leaseMs);
  if (rotation === undefined) return;
  const end = performance.now() + turnMs;
  const until = () => performance.now() >= end;
  if (rotation.wrappedAt === null && !(await wrapAnew(parts, rotation, until))) return;
  await parts.masterKeys.keepOnly?.(rotation.masterKeyId);
  if (!(await replaceDataKeys(parts, rotation, until))) return;
  await resealEach(parts, rotation, { place, until });
  if ((await waiting(parts, '').limit(1).execute()).length > 0 || (await countWithout(parts, rotation)) > 0) return;
  await parts.storage.transact((trx) => noteFinished(trx, rotation, parts.clock));
  parts.log.info({ rotation: rotation.id, boxes: rotation.boxes }, 'The keys are rotated.');
}

interface Round {
  readonly place: Place;
  readonly until: () => boolean;
}

/** From the workspace where the last turn ended to the last one; the next turn begins again with the first. */
async function resealEach(parts: RotationParts, rotation: Rotation, { place, until }: Round): Promise<void> {
  for (;;) {
    const found = await waiting(parts, place.workspaceId).limit(atOnce).execute();
    if (found.length === 0) break;
    for (const [workspaceId, keys] of Map.groupBy(found, (key) => key.workspace_id)) {
      // What this process remembers may be from before another one replaced the key.
      parts.vault.forget(workspaceId);
      const resealing = { workspaceId, keyIds: keys.map(({ id }) => id), rotation };
      const resealed = await resealWorkspace(parts, resealing, until);
      if (resealed.isThrough) await dropDataKeys(parts, resealing, resealed);
      else if (until()) return;
      place.workspaceId = workspaceId;
      if (until()) return;
    }
  }
  place.workspaceId = '';
}

/** Data keys that were replaced, of the workspaces behind this one. */
function waiting({ storage }: Pick<RotationParts, 'storage'>, workspaceId: string) {
  return storage.rows
    .selectFrom('data_keys')
    .select(['workspace_id', 'id'])
    .where('replaced_at', 'is not', null)
    .where('unreadable', 'is', null)
    .where('workspace_id', '>', workspaceId)
    .orderBy('workspace_id');
}

/** How many workspaces still have boxes under a data key that was replaced, or may get some. */
export async function countWaiting(parts: Pick<RotationParts, 'storage'>, rotation: Rotation): Promise<number> {
  const without = await countWithout(parts, rotation);
  const replaced = parts.storage.rows
    .selectFrom('data_keys')
    .select(({ fn }) => fn.count<number | bigint>('workspace_id').distinct().as('count'))
    .where('replaced_at', 'is not', null)
    .where('unreadable', 'is', null);
  return without + Number((await replaced.executeTakeFirstOrThrow()).count);
}
