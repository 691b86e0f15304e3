import { Worker } from 'node:worker_threads';
import { isRecord } from '../lib/json.ts';

/** Compiles schemas where it can do no harm, to learn whether and how fast that works. */
export interface Trial {
  /** Whether the schema compiles at all, and in time. */
  compiles(schema: unknown): Promise<boolean>;
  close(): Promise<void>;
}

type Answer = (compiles: boolean) => void;

/** For the worker to start and answer, and for the compiling alone: that part is done again where it must be quick. */
const limits = { answerMs: 5000, compileMs: 200 } as const;

/** A worker thread that is started with the first schema and replaced whenever one keeps it busy too long. */
export function createTrial(workerUrl: URL): Trial {
  const waiting = new Map<number, Answer>();
  let worker: Worker | undefined;
  let lastId = 0;

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = undefined;
    for (const answer of waiting.values()) answer(false);
    await stopped?.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(workerUrl);
    started.unref();
    started.on('message', (message: unknown) => {
      if (isRecord(message)) waiting.get(Number(message.id))?.(Number(message.compileMs) <= limits.compileMs);
    });
    started.on('error', () => void stop());
    return started;
  };

  const compiles = (schema: unknown): Promise<boolean> =>
    new Promise((resolve) => {
      const id = ++lastId;
      const timer = setTimeout(() => void stop(), limits.answerMs);
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(answer);
      });
      worker ??= start();
      worker.postMessage({ id, schema }, []);
    });

  return { compiles, close: stop };
}
