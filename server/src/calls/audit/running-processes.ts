import { appendEvent, systemActor } from '../../events/append-event.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage, SystemTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    /** Processes that have started and not ended cleanly. */
    running_processes: {
      id: Fixed<string>;
      started_at: Fixed<string>;
      seen_at: string;
      /** The ids of the master keys it has, as JSON; null: an earlier version, which does not say. */
      master_keys: string | null;
    };
  }
}

declare module '../../events/append-event.ts' {
  interface EventTypes {
    /** A process ended without saying so: by a crash, or because it was killed. */
    'audit.gap': { readonly last_seen_at: string; readonly may_be_missing: string };
  }
}

export interface ProcessParts {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Whether every call is on disk before it is answered (`PLUGBOARD_AUDIT=strict`). */
  readonly strict: boolean;
  /** The ids of its master keys, as they are now. */
  readonly masterKeys?: () => readonly string[];
}

/** This process on the list of those that run, and what it notices of the others. */
export interface RunningProcesses {
  /** Puts an `audit.gap` on record for everyone who left without a word, and itself on the list. */
  arrive(): Promise<void>;
  /** Keeps it on the list, and notices who is not heard of any more. */
  readonly task: HouseTask;
  /** Takes it off the list: everything it was told is on disk. */
  leave(): Promise<void>;
}

const beatMs = 15_000;
/** Four beats, and time for a database that is slow. */
const silentMs = 75_000;

/** Notices processes that ended uncleanly, whose last reads may be missing from the log of calls (R11, S23). */
export function watchProcesses(parts: ProcessParts): RunningProcesses {
  const { storage, clock, masterKeys = () => [] } = parts;
  const own = { id: newId(clock.now()), started_at: isoTime(clock) };
  const beat = () =>
    storage.transact(({ rows }) =>
      rows
        .insertInto('running_processes')
        .values({ ...own, seen_at: isoTime(clock), master_keys: JSON.stringify(masterKeys()) })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet(({ ref }) => ({ seen_at: ref('excluded.seen_at'), master_keys: ref('excluded.master_keys') })),
        )
        .execute(),
    );
  return {
    async arrive() {
      // A SQLite database has one process: whoever is on the list as we start has gone.
      await noticeGaps(parts, isoTime(clock, storage.engine === 'sqlite' ? 1 : -silentMs));
      await beat();
    },
    task: {
      name: 'running processes',
      everyMs: beatMs,
      run: async () => {
        await beat();
        await noticeGaps(parts, isoTime(clock, -silentMs));
      },
    },
    async leave() {
      await storage.transact(({ rows }) => rows.deleteFrom('running_processes').where('id', '=', own.id).execute());
    },
  };
}

/** Each is noticed once: by whoever takes it off the list. */
async function noticeGaps(parts: ProcessParts, before: string): Promise<void> {
  const { storage } = parts;
  const silent = storage.rows.selectFrom('running_processes').selectAll().where('seen_at', '<', before);
  for (const gone of await silent.execute()) {
    await storage.transact(async (trx) => {
      const listed = trx.rows.deleteFrom('running_processes').where('id', '=', gone.id);
      const { numDeletedRows } = await listed.where('seen_at', '=', gone.seen_at).executeTakeFirst();
      if (numDeletedRows > 0n) await recordGap(parts, trx, gone);
    });
  }
}

/** In every workspace, for nobody knows whose calls it was carrying. */
async function recordGap(
  { clock, strict }: ProcessParts,
  trx: SystemTrx,
  gone: { readonly id: string; readonly seen_at: string },
): Promise<void> {
  const data = { last_seen_at: gone.seen_at, may_be_missing: strict ? 'nothing' : 'up to 100 ms of reads' };
  const workspaces = await trx.rows.selectFrom('workspaces').select('id').execute();
  for (const { id } of workspaces) {
    const event = { type: 'audit.gap', actor: systemActor, subject: `process:${gone.id}`, data } as const;
    await appendEvent(trx.workspace(id), clock, event);
  }
}
