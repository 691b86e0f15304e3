import pino from 'pino';
import { expect, it } from 'vitest';
import { addWorkspace, removeWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newCall } from '../../../tests/support/new-call.ts';
import { newId } from '../lib/ids.ts';
import type { Storage } from '../storage/storage.ts';
import type { CallRecord } from './call-log.ts';
import { createCallQueue } from './call-queue.ts';
import { listCalls } from './call-store.ts';
import { createCallLog } from './create-call-log.ts';

const log = pino({ level: 'silent' });

describeOnEngines('the log of calls', (open) => {
  it('writes calls of several workspaces within 100 ms, whole', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const [one, two] = [newCall(await addWorkspace(storage)), newCall(await addWorkspace(storage))];
    await Promise.all([calls.record(one), calls.record(two)]);
    expect(await logged(storage, one)).toEqual([]);
    await expect.poll(() => logged(storage, one), { timeout: 2_000, interval: 10 }).toEqual([one]);
    expect(await logged(storage, two)).toEqual([two]);
  });

  it('writes what is in memory when it is told to, and when it closes', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const call = newCall(await addWorkspace(storage));
    await calls.record(call);
    await calls.flush();
    expect(await logged(storage, call)).toHaveLength(1);
    await calls.record({ ...call, id: newId() });
    await calls.close();
    expect(await logged(storage, call)).toHaveLength(2);
  });

  it('writes a call at once in strict mode', async () => {
    const storage = await open();
    const call = newCall(await addWorkspace(storage));
    await createCallLog({ storage, log, strict: true }).record(call);
    expect(await logged(storage, call)).toEqual([call]);
  });

  it('has a write on record before it is sent and its outcome when it is told', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const call = {
      ...newCall(await addWorkspace(storage)),
      status: 'executing',
      effect: 'write',
      durationMs: null,
    } as const;
    await calls.begin(call);
    expect(await logged(storage, call)).toEqual([call]);
    const ending = { status: 'rejected', reason: 'input', message: 'The name is taken.', durationMs: 12 } as const;
    await calls.finish(call, ending);
    expect(await logged(storage, call)).toEqual([{ ...call, ...ending }]);
    await calls.finish(call, { ...ending, status: 'ok' });
    expect(await logged(storage, call)).toEqual([{ ...call, ...ending }]);
  });

  it('refuses to begin a write that cannot be put on record', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    await expect(calls.begin(newCall(newId()))).rejects.toThrow();
  });

  it('lets the calls of a deleted workspace go and keeps those of the others', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const [gone, here] = [newCall(await addWorkspace(storage)), newCall(await addWorkspace(storage))];
    await removeWorkspace(storage, gone.workspaceId);
    for (const call of [gone, here, { ...here, id: newId() }]) await calls.record(call);
    await calls.flush();
    expect(await logged(storage, here)).toHaveLength(2);
  });

  it('keeps calls with a NUL in a message', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const call = newCall(await addWorkspace(storage));
    await calls.record({ ...call, message: 'cut\0off' });
    await calls.flush();
    expect(await logged(storage, call)).toMatchObject([{ message: 'cutoff' }]);
  });

  it('takes thousands of calls in order and writes each once', async () => {
    const storage = await open();
    const calls = createCallLog({ storage, log, strict: false });
    const first = newCall(await addWorkspace(storage));
    const all = Array.from({ length: 2_345 }, () => ({ ...first, id: newId() }));
    await Promise.all(all.map((call) => calls.record(call)));
    await calls.flush();
    const { count } = await storage.rows
      .selectFrom('calls')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(all.length);
  });
});

describeOnEngines('calls that wait', (open) => {
  it('are kept and tried again while the database is away, which the log tells', async () => {
    const storage = await open();
    const lines: string[] = [];
    const queue = createCallQueue({
      storage: flaky(storage, 2),
      log: pino({}, { write: (line) => void lines.push(line) }),
    });
    const call = newCall(await addWorkspace(storage));
    await queue.push(call);
    await expect(queue.flush()).rejects.toThrow('away');
    await expect.poll(() => logged(storage, call), { timeout: 3_000 }).toEqual([call]);
    expect(lines.join('')).toContain('Calls could not be logged. They are kept and tried again.');
  });

  it('are given up in the end where a healthy database does not take them, which the log tells', async () => {
    const storage = await open();
    const lines: string[] = [];
    const stubborn = flaky(storage, Number.POSITIVE_INFINITY);
    const queue = createCallQueue({
      storage: stubborn,
      log: pino({}, { write: (line) => void lines.push(line) }),
      patience: 1,
    });
    await queue.push(newCall(await addWorkspace(storage)));
    await expect(queue.flush()).rejects.toThrow('away');
    await queue.flush();
    expect(lines.join('')).toContain('Calls were left out of the log');
  });

  it('are counted in the log where the database is still away at the end', async () => {
    const storage = await open();
    const lines: string[] = [];
    const away = flaky(storage, Number.POSITIVE_INFINITY);
    const queue = createCallQueue({ storage: away, log: pino({}, { write: (line) => void lines.push(line) }) });
    await queue.push(newCall(await addWorkspace(storage)));
    await queue.close();
    expect(lines.at(-1)).toContain('"calls":1');
  });

  it('make the next ones wait when there are too many, and none is lost', async () => {
    const storage = await open();
    const queue = createCallQueue({ storage, log, capacity: 3 });
    const call = newCall(await addWorkspace(storage));
    const accepted: number[] = [];
    const pushed = Array.from({ length: 8 }, (_, index) =>
      queue.push({ ...call, id: newId() }).then(() => accepted.push(index)),
    );
    await Promise.resolve();
    expect(accepted).toEqual([0, 1, 2]);
    await Promise.all(pushed);
    await queue.flush();
    expect(await logged(storage, call)).toHaveLength(8);
  });
});

/** The real database, which does not answer the first times. */
function flaky(storage: Storage, failures: number): Storage {
  let left = failures;
  return Object.create(storage, {
    ping: { value: () => storage.ping() },
    transact: {
      value: (work: Parameters<Storage['transact']>[0]) => {
        left -= 1;
        return left >= 0 ? Promise.reject(new Error('away')) : storage.transact(work);
      },
    },
  });
}

async function logged(storage: Storage, { workspaceId }: CallRecord): Promise<readonly CallRecord[]> {
  return (await listCalls(storage.workspace(workspaceId), { limit: 100 })).items;
}
