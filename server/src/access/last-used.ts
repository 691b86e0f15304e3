import type { Clock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';

const flushEveryMs = 10_000;
const noteEveryMs = 60_000;
const keptNotes = 10_000;

/** When keys were last used: noted in memory, written in batches, at most once a minute each. */
export interface LastUsed {
  note(keyId: string): void;
  flush(): Promise<void>;
  start(): void;
  /** Writes what is still noted. */
  stop(): Promise<void>;
}

export function createLastUsed(storage: Storage, clock: Clock): LastUsed {
  const noted = new Map<string, number>();
  let waiting = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  /** A batch that cannot be written is dropped: the next use of the key notes it again. */
  async function flush(): Promise<void> {
    if (waiting.size === 0) return;
    const batch = waiting;
    waiting = new Map();
    await storage.transact(async (trx) => {
      for (const [id, at] of inOneOrder(batch)) {
        const usedAt = new Date(at).toISOString();
        await trx.rows.updateTable('api_keys').set({ last_used_at: usedAt }).where('id', '=', id).execute();
      }
    });
  }

  return {
    note(keyId) {
      const now = clock.now();
      if (now - (noted.get(keyId) ?? 0) < noteEveryMs) return;
      if (noted.size >= keptNotes) noted.clear();
      noted.set(keyId, now);
      waiting.set(keyId, now);
    },
    flush,
    start() {
      timer ??= setInterval(() => void flush().catch(() => undefined), flushEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await flush();
    },
  };
}

/** The same order on every replica: two that write at once wait for each other and never in a circle. */
function inOneOrder(batch: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...batch].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
