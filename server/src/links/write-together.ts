import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../lib/clock.ts';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';

/** Writes drafts in a transaction of their workspace; what was made of each, in their order. */
type Insert<Draft, Made> = (trx: WorkspaceTrx, clock: Clock, drafts: readonly Draft[]) => Promise<readonly Made[]>;

/** Where, and by which clock. */
interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
}

/** Milliseconds that a draft waits for others (R4). */
const gatherMs = 2;
/** Unless its maker says otherwise. */
const usuallyTogether = 64;

interface Waiting<Draft, Made> {
  readonly draft: Draft;
  readonly done: PromiseWithResolvers<Made>;
}

/**
 * A way to write drafts of one kind: those that are asked for at the same moment share a transaction of their workspace. Each
 * resolves when it is on disk, and none fails for another.
 */
export function writeTogether<Draft, Made>(
  insert: Insert<Draft, Made>,
  { mostTogether = usuallyTogether }: { readonly mostTogether?: number } = {},
) {
  const gathering = new WeakMap<Storage, Map<string, Waiting<Draft, Made>[]>>();
  return ({ storage, clock }: Parts, workspaceId: string, draft: Draft): Promise<Made> => {
    const groups = gathering.get(storage) ?? new Map<string, Waiting<Draft, Made>[]>();
    gathering.set(storage, groups);
    const waiting = { draft, done: Promise.withResolvers<Made>() };
    const group = groups.get(workspaceId);
    if (group) group.push(waiting);
    else {
      const begun = [waiting];
      groups.set(workspaceId, begun);
      const write = (drafts: readonly Draft[]) =>
        storage.workspace(workspaceId).transact((trx) => insert(trx, clock, drafts));
      void sleep(gatherMs).then(() => {
        groups.delete(workspaceId);
        return writeAll(begun, mostTogether, write);
      });
    }
    // Whoever asks listens from now on: what is refused while others are still being written is heard.
    return waiting.done.promise;
  };
}

type Write<Draft, Made> = (drafts: readonly Draft[]) => Promise<readonly Made[]>;

async function writeAll<Draft, Made>(
  group: readonly Waiting<Draft, Made>[],
  most: number,
  write: Write<Draft, Made>,
): Promise<void> {
  for (let at = 0; at < group.length; at += most) await writeOrEach(group.slice(at, at + most), write);
}

/** Where they cannot be written together, each is written by itself. */
async function writeOrEach<Draft, Made>(
  group: readonly Waiting<Draft, Made>[],
  write: Write<Draft, Made>,
): Promise<void> {
  try {
    const made = await write(group.map(({ draft }) => draft));
    for (const [place, { done }] of group.entries()) settle(done, made[place]);
  } catch (error) {
    if (group.length === 1) group[0]?.done.reject(error);
    else for (const each of group) await writeOrEach([each], write);
  }
}

function settle<Made>({ resolve, reject }: PromiseWithResolvers<Made>, made: Made | undefined): void {
  if (made === undefined) reject(new Error('What was just written is not there.'));
  else resolve(made);
}
