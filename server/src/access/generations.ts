import type { Clock } from '../lib/clock.ts';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';
import './tables.ts';

/** How long a confirmed generation may be relied upon, in milliseconds (R6). */
const freshForMs = 1_000;
const pollEveryMs = 500;
const idleAfterMs = 60_000;
const idsPerQuery = 500;

/** The generation of each workspace in use, never older than a second: what was cached under another one is stale (R6). */
export interface Generations {
  /** The generation as confirmed within the last second, or `undefined`: then ask `confirm`. */
  confirmed(workspaceId: string): number | undefined;
  /** The generation as of now; 0 where there is no such workspace. */
  confirm(workspaceId: string): Promise<number>;
  /** Re-reads the generations of active workspaces every 500 ms, in one query. */
  start(): void;
  stop(): void;
}

interface Seen {
  /** `undefined` since a commit of this process changed it. */
  readonly generation: number | undefined;
  readonly confirmedAt: number;
  /** When it was asked for or changed, among everything this process asked and changed. */
  readonly order: number;
  usedAt: number;
}

/** Counts what is asked and changed, so that an answer to an older question never counts. */
interface Known {
  readonly seen: Map<string, Seen>;
  order: number;
}

/** Makes everything cached under the workspace stale on every replica within a second; call it in the changing transaction (R6). */
export async function bumpGeneration(trx: WorkspaceTrx): Promise<void> {
  trx.announceChange();
  await trx.rows
    .updateTable('workspace_state')
    .set((eb) => ({ generation: eb('generation', '+', 1) }))
    .execute();
}

export function createGenerations(storage: Storage, clock: Clock): Generations {
  const known: Known = { seen: new Map(), order: 0 };
  const poll = pollOnceAtATime(known, storage, clock);
  storage.whenCommitted({ changed: (workspaceId) => noteChange(known, workspaceId, clock.now()) });
  let timer: NodeJS.Timeout | undefined;
  return {
    confirmed: (workspaceId) => freshGeneration(known.seen.get(workspaceId), clock.now()),
    async confirm(workspaceId) {
      const read = await readGenerations(known, [workspaceId], { storage, clock });
      return read.get(workspaceId) ?? 0;
    },
    start() {
      timer ??= setInterval(() => void poll(), pollEveryMs).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function freshGeneration(entry: Seen | undefined, now: number): number | undefined {
  if (entry === undefined) return undefined;
  entry.usedAt = now;
  const age = now - entry.confirmedAt;
  return age >= 0 && age <= freshForMs ? entry.generation : undefined;
}

/** A poll that fails confirms nothing: what is cached goes stale by itself, and requests ask the database. */
function pollOnceAtATime(known: Known, storage: Storage, clock: Clock): () => Promise<void> {
  let polling = false;
  return async () => {
    if (polling) return;
    polling = true;
    try {
      await pollActive(known, storage, clock);
    } catch {
      return;
    } finally {
      polling = false;
    }
  };
}

async function pollActive(known: Known, storage: Storage, clock: Clock): Promise<void> {
  const { seen } = known;
  const now = clock.now();
  for (const [id, { usedAt }] of seen) if (now - usedAt > idleAfterMs) seen.delete(id);
  const ids = [...seen.keys()];
  for (let at = 0; at < ids.length; at += idsPerQuery) {
    await readGenerations(known, ids.slice(at, at + idsPerQuery), { storage, clock });
  }
}

/** Confirmed is what was true when the question was asked, not when the answer came. */
async function readGenerations(
  known: Known,
  ids: readonly string[],
  { storage, clock }: { readonly storage: Storage; readonly clock: Clock },
): Promise<ReadonlyMap<string, number>> {
  const confirmedAt = clock.now();
  const order = ++known.order;
  const rows = await storage.rows
    .selectFrom('workspace_state')
    .select(['workspace_id', 'generation'])
    .where('workspace_id', 'in', [...ids])
    .execute();
  const found = new Map(rows.map((row) => [row.workspace_id, row.generation]));
  for (const id of ids) {
    const before = known.seen.get(id);
    if (before !== undefined && before.order > order) continue;
    known.seen.set(id, { generation: found.get(id) ?? 0, confirmedAt, order, usedAt: before?.usedAt ?? confirmedAt });
  }
  return found;
}

/** What is being asked right now may be answered with what was there before. */
function noteChange(known: Known, workspaceId: string, now: number): void {
  const before = known.seen.get(workspaceId);
  if (before === undefined) return;
  known.seen.set(workspaceId, { ...before, generation: undefined, confirmedAt: now, order: ++known.order });
}
