import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { Failure } from '../errors.ts';
import { systemClock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import { createJobRunner, type JobRunnerOptions } from './create-job-runner.ts';
import { enqueue } from './enqueue.ts';
import { never } from './job-store.ts';
import type { JobHandler } from './jobs.ts';

declare module './jobs.ts' {
  interface JobTypes {
    'test.run': { readonly number: number };
  }
}

type Handler = JobHandler<'test.run'>;
const log = pino({ level: 'silent' });

describeOnEngines('a job runner', (open) => {
  it('does what was enqueued, at once after the commit, and forgets it', async () => {
    const { storage, put, runner } = await newFloor();
    const done: unknown[] = [];
    runner(async ({ workspaceId, payload, attempt }) => void done.push([workspaceId, payload.number, attempt]), {
      pollMs: 60_000,
    });
    const workspaceId = await put(7);
    await expect.poll(() => done).toEqual([[workspaceId, 7, 1]]);
    await expect.poll(() => rows(storage)).toEqual([]);
  });

  it('finds work that nobody told it of', async () => {
    const { storage, put, runner } = await newFloor();
    const done: number[] = [];
    await put(1);
    await storage.transact((trx) => trx.rows.updateTable('jobs').set({ run_at: never }).execute());
    runner(async ({ payload }) => void done.push(payload.number), { pollMs: 20 });
    await storage.transact((trx) => trx.rows.updateTable('jobs').set({ run_at: 0 }).execute());
    await expect.poll(() => done).toEqual([1]);
  });

  it('does no more at a time than it may, and everything in the end', async () => {
    const { storage, put, runner } = await newFloor();
    for (let number = 0; number < 20; number += 1) await put(number);
    const crowd = countTogether();
    runner(crowd.handler, { concurrency: 3, pollMs: 60_000 });
    await expect.poll(() => rows(storage), { timeout: 5_000 }).toEqual([]);
    expect(crowd.most()).toBe(3);
    expect(crowd.done()).toBe(20);
  });

  it('tries again later what failed, and gives it up after the last attempt with a sentence', async () => {
    const { storage, put, runner, clock } = await newFloor();
    const attempts: number[] = [];
    const failing: Handler = async ({ attempt }) => {
      attempts.push(attempt);
      throw attempt === 1 ? new Error('tok_live') : new Failure('CONFLICT', 'The name is taken.');
    };
    runner(failing, { maxAttempts: 2, pollMs: 20 });
    await put(1);
    await expect.poll(() => rows(storage)).toMatchObject([{ attempts: 1, last_error: 'Error', lease_owner: null }]);
    clock.ms += 1_000;
    await expect
      .poll(() => rows(storage))
      .toMatchObject([{ attempts: 2, run_at: never, last_error: 'The name is taken.' }]);
    expect(attempts).toEqual([1, 2]);
  });

  it('aborts what takes too long and says so', async () => {
    const { storage, put, runner } = await newFloor();
    runner(untilAborted, { timeLimitMs: 50 });
    await put(1);
    await expect.poll(() => rows(storage)).toMatchObject([{ last_error: 'It took longer than 0.05 seconds.' }]);
  });

  it('gives up a job that ends every process that tries it', async () => {
    const { storage, put, runner } = await newFloor();
    await put(1);
    await storage.transact((trx) => trx.rows.updateTable('jobs').set({ attempts: 10 }).execute());
    const done: number[] = [];
    runner(async ({ payload }) => void done.push(payload.number));
    await expect
      .poll(() => rows(storage))
      .toMatchObject([{ run_at: never, last_error: expect.stringContaining('ended with the process') }]);
    expect(done).toEqual([]);
  });

  it('lets running jobs finish when it stops, and claims nothing more', async () => {
    const { storage, put, runner } = await newFloor();
    const gate = Promise.withResolvers<void>();
    const started: number[] = [];
    const { stop } = runner(async ({ payload }) => {
      started.push(payload.number);
      await gate.promise;
    });
    await put(1);
    await expect.poll(() => started).toEqual([1]);
    const stopped = stop();
    await put(2);
    gate.resolve();
    await stopped;
    expect(started).toEqual([1]);
    expect((await rows(storage)).map((row) => row.payload)).toEqual(['{"number":2}']);
  });

  it('aborts what does not finish in time when it stops, and leaves it for another process at once', async () => {
    const { storage, put, runner } = await newFloor();
    const running = Promise.withResolvers<void>();
    const first = runner(
      async (job) => {
        running.resolve();
        await untilAborted(job);
      },
      { stopMs: 20 },
    );
    await put(1);
    await running.promise;
    await first.stop();
    expect(await rows(storage)).toMatchObject([{ attempts: 0, lease_owner: null, last_error: null }]);
    const attempts: number[] = [];
    runner(async ({ attempt }) => void attempts.push(attempt));
    await expect.poll(() => attempts).toEqual([1]);
  });

  it('never does one job twice at a time, with two of them at it', async () => {
    const { storage, put, runner } = await newFloor();
    for (let number = 0; number < 60; number += 1) await put(number);
    const crowd = countTogether();
    runner(crowd.handler);
    runner(crowd.handler);
    await expect.poll(() => rows(storage), { timeout: 10_000 }).toEqual([]);
    expect(crowd.done()).toBe(60);
    expect(crowd.twice()).toEqual([]);
  });

  async function newFloor() {
    const storage = await open();
    const usual = await addWorkspace(storage);
    const clock = { ms: systemClock.now(), now: () => clock.ms };
    const runner = (handler: Handler, options: Partial<JobRunnerOptions> = {}) => {
      const made = createJobRunner({ storage, clock, log, handlers: { 'test.run': handler }, ...options });
      onTestFinished(() => made.stop());
      made.start();
      return made;
    };
    const put = async (number: number) => {
      await storage.workspace(usual).transact((trx) => enqueue(trx, clock, { kind: 'test.run', payload: { number } }));
      return usual;
    };
    return { storage, clock, runner, put };
  }
});

const untilAborted: Handler = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

/** Counts how many run together, and which number ran more than once. */
function countTogether() {
  const numbers: number[] = [];
  let together = 0;
  let most = 0;
  const handler: Handler = async ({ payload }) => {
    numbers.push(payload.number);
    together += 1;
    most = Math.max(most, together);
    await new Promise((resolve) => setTimeout(resolve, 5));
    together -= 1;
  };
  return {
    handler,
    most: () => most,
    done: () => numbers.length,
    twice: () => numbers.filter((number, index) => numbers.indexOf(number) !== index),
  };
}

function rows(storage: Storage) {
  return storage.rows.selectFrom('jobs').selectAll().execute();
}
