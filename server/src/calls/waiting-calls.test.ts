import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createWaitingCalls, type Wait, type WaitingParts } from './waiting-calls.ts';

const long = 60_000;
const silent = { warn: () => undefined };
const nothing = async (): Promise<readonly string[]> => [];

function waitingCalls(parts: Partial<WaitingParts> = {}) {
  return createWaitingCalls({ look: nothing, log: silent, everyMs: 5, ...parts });
}

function wait(id: string, changes: Partial<Wait> = {}): Wait {
  return { id, workspaceId: 'w', patienceMs: long, signal: new AbortController().signal, ...changes };
}

it('wakes everybody who waits for the same, and nobody else', async () => {
  const calls = waitingCalls();
  const same = [calls.wait(wait('a')), calls.wait(wait('a'))];
  const other = calls.wait(wait('b', { patienceMs: 20 }));
  calls.tell('a');
  expect(await Promise.all(same)).toEqual(['told', 'told']);
  expect(await other).toBe('over');
});

it('learns what was settled elsewhere, with one question for everybody', async () => {
  const asked: (readonly string[])[] = [];
  const settled = new Set<string>();
  const look = async (ids: readonly string[]) => {
    asked.push(ids);
    return ids.filter((id) => settled.has(id));
  };
  const calls = waitingCalls({ look });
  const waits = ['a', 'b', 'c'].map((id) => calls.wait(wait(id)));
  while (asked.length < 2) await setTimeout(5);
  for (const id of ['a', 'b', 'c']) settled.add(id);
  expect(await Promise.all(waits)).toEqual(['told', 'told', 'told']);
  expect(asked[0]).toEqual(['a', 'b', 'c']);
});

it('asks for thousands in parts, one part after the other', async () => {
  let [running, most, parts] = [0, 0, 0];
  const look = async (ids: readonly string[]) => {
    most = Math.max(most, (running += 1));
    expect(ids.length).toBeLessThanOrEqual(1_000);
    await setTimeout(1);
    running -= 1;
    parts += 1;
    return ids;
  };
  const calls = waitingCalls({ look, mostPerWorkspace: 5_000 });
  const waits = Array.from({ length: 2_500 }, (_, number) => calls.wait(wait(String(number))));
  expect(new Set(await Promise.all(waits))).toEqual(new Set(['told']));
  expect([most, parts]).toEqual([1, 3]);
});

it('goes on asking after the database was away', async () => {
  let looks = 0;
  const look = async (ids: readonly string[]) => {
    looks += 1;
    if (looks < 3) throw new Error('The database is away.');
    return ids;
  };
  expect(await waitingCalls({ look }).wait(wait('a'))).toBe('told');
});

it('ends when the caller leaves, and for who has left before', async () => {
  const calls = waitingCalls();
  const leaving = new AbortController();
  const waiting = calls.wait(wait('a', { signal: leaving.signal }));
  leaving.abort();
  expect(await waiting).toBe('over');
  expect(await calls.wait(wait('a', { signal: leaving.signal }))).toBe('over');
});

it('ends for everybody when the process leaves, and for who comes after', async () => {
  const calls = waitingCalls();
  const waiting = [calls.wait(wait('a')), calls.wait(wait('b'))];
  calls.release();
  expect(await Promise.all(waiting)).toEqual(['over', 'over']);
  expect(await calls.wait(wait('c'))).toBe('over');
});

it('takes so many of a workspace and no more, until one of them is over', async () => {
  const calls = waitingCalls({ mostPerWorkspace: 2 });
  const first = calls.wait(wait('a'));
  const second = calls.wait(wait('b'));
  expect(calls.wait(wait('c'))).toBeUndefined();
  const elsewhere = calls.wait(wait('d', { workspaceId: 'v' }));
  expect(elsewhere).toBeDefined();
  calls.tell('a');
  await first;
  expect(calls.wait(wait('c'))).toBeDefined();
  calls.release();
  await Promise.all([second, elsewhere]);
});
