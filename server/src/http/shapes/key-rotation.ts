import { z } from 'zod';
import type { KeysState, Progress } from '../../vault/rotation/create-key-rotation.ts';

const stages = ['wrapping', 'sealing', 'done'] as const;

const rotationItem = z.object({
  id: z.uuid(),
  stage: z
    .enum(stages)
    .describe('`wrapping` data keys by the master key, `sealing` anew under new data keys, and then `done`.'),
  master_key: z.string().describe('The name of the master key that is in use from its beginning on.'),
  retired: z
    .array(z.string())
    .describe('Master keys that it takes out of use: gone from the database once it is sealing.'),
  begun_at: z.iso.datetime(),
  wrapped_at: z.iso.datetime().nullable(),
  finished_at: z.iso.datetime().nullable(),
  workspaces: z.object({ all: z.int(), done: z.int() }),
  boxes: z.int().describe('How many secrets it has sealed anew so far.'),
  unreadable: z
    .int()
    .describe('How many do not open, and did not before: kept as they are, under the data key they name.'),
});

/** The keys of the instance by their names, and how far rotating them is. */
export const keysState = z
  .object({
    in_use: z.string().describe('The master key that wraps.'),
    configured: z.array(z.string()).describe('The master keys that the process has, newest first.'),
    rotation: rotationItem.nullable().describe('The one under way, else the last one.'),
  })
  .meta({ id: 'KeysState' });

export function showKeysState({ inUse, configured, rotation }: KeysState): z.output<typeof keysState> {
  return { in_use: inUse, configured: [...configured], rotation: rotation ? showRotation(rotation) : null };
}

function showRotation(rotation: Progress): z.output<typeof rotationItem> {
  return {
    id: rotation.id,
    stage: stageOf(rotation),
    master_key: rotation.masterKeyId,
    retired: [...rotation.retired],
    begun_at: rotation.begunAt,
    wrapped_at: rotation.wrappedAt,
    finished_at: rotation.finishedAt,
    workspaces: rotation.workspaces,
    boxes: rotation.boxes,
    unreadable: rotation.unreadable,
  };
}

function stageOf({ isRunning, wrappedAt }: Progress): (typeof stages)[number] {
  if (!isRunning) return 'done';
  return wrappedAt === null ? 'wrapping' : 'sealing';
}
