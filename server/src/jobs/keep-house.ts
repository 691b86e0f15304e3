import type { Logger } from 'pino';
import { describeError } from './describe-error.ts';

/** Something to do again and again, safe to do on every replica and to repeat after a crash. */
export interface HouseTask {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

export interface HouseKeeper {
  /** Does every task once, then each at its interval. A task that fails is logged and tried again next time. */
  start(): Promise<void>;
  /** Starts nothing more and waits for what is running. */
  stop(): Promise<void>;
}

/** Keeps the house: sweeping, expiring, forgetting. */
export function keepHouse({
  log,
  tasks,
}: {
  readonly log: Pick<Logger, 'warn'>;
  readonly tasks: readonly HouseTask[];
}): HouseKeeper {
  const timers = new Set<NodeJS.Timeout>();
  const running = new Map<HouseTask, Promise<void>>();
  const run = (task: HouseTask): Promise<void> => {
    const known = running.get(task);
    if (known) return known;
    const work = task
      .run()
      .then(
        () => undefined,
        (error: unknown) =>
          log.warn(
            { task: task.name, reason: describeError(error) },
            'A task of keeping house failed. It is tried again.',
          ),
      )
      .finally(() => running.delete(task));
    running.set(task, work);
    return work;
  };
  return {
    async start() {
      await Promise.all(tasks.map(run));
      for (const task of tasks) timers.add(setInterval(() => void run(task), task.everyMs).unref());
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
