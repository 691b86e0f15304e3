import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import type { Storage } from '../storage/storage.ts';
import { enqueue } from './enqueue.ts';
import { type Claim, claimJobs, endClaim, never } from './job-store.ts';
import type { NewJob } from './jobs.ts';

declare module './jobs.ts' {
  interface JobTypes {
    'test.count': { readonly count: number };
    'test.other': { readonly count: number };
  }
}

describeOnEngines('background work', (open) => {
  it('is there when its transaction is, with what it carries', async () => {
    const { storage, put, claim } = await newTable();
    const undone = storage.workspace(await addWorkspace(storage)).transact(async (trx) => {
      await enqueue(trx, at(1), count(0));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await put(count(7), 1);
    expect(await claim(1)).toMatchObject([{ kind: 'test.count', payload: '{"count":7}', attempt: 1, fence: 1 }]);
  });

  it('is claimed when it is due, the longest waiting first, and by one at a time', async () => {
    const { put, claim } = await newTable();
    await put({ ...count(3), delayMs: 3 }, 0);
    await put({ ...count(1), delayMs: 1 }, 0);
    await put({ ...count(2), delayMs: 2 }, 0);
    expect(await claim(0)).toEqual([]);
    expect(counts(await claim(2))).toEqual([1, 2]);
    expect(counts(await claim(2))).toEqual([]);
    expect(counts(await claim(3))).toEqual([3]);
  });

  it('is claimed by kind: others wait for somebody who can do them', async () => {
    const { storage, put, claim } = await newTable();
    await put({ kind: 'test.other', payload: { count: 1 } }, 0);
    expect(await claim(1)).toEqual([]);
    expect(await claimJobs(storage, { ...wish, kinds: [], now: 1, leaseUntil: 2 })).toEqual([]);
  });

  it('is dropped where the same waits already, and by no other workspace or kind', async () => {
    const { storage, put, claim } = await newTable();
    const [one, other] = [await addWorkspace(storage), await addWorkspace(storage)];
    await put({ ...count(1), uniqueKey: 'a' }, 0, one);
    await put({ ...count(2), uniqueKey: 'a' }, 0, one);
    await put({ ...count(3), uniqueKey: 'b' }, 0, one);
    await put({ ...count(4), uniqueKey: 'a' }, 0, other);
    await put({ kind: 'test.other', payload: { count: 5 }, uniqueKey: 'a' }, 0, one);
    expect(counts(await claim(1)).toSorted()).toEqual([1, 3, 4]);
  });

  it('runs once more where it was asked for while it ran', async () => {
    const { storage, put, claim } = await newTable();
    const workspaceId = await addWorkspace(storage);
    for (const delayMs of [0, 5]) {
      await put({ ...count(1), uniqueKey: 'a' }, 10, workspaceId);
      const [first] = await claim(10);
      await put({ ...count(2), uniqueKey: 'a', delayMs }, 10, workspaceId);
      expect(await claim(30)).toEqual([]);
      expect(await end(storage, first, { is: 'done' })).toBe(true);
      const [second] = await claim(30);
      expect(second).toMatchObject({ payload: '{"count":2}', attempt: 1 });
      expect(await end(storage, second, { is: 'done' })).toBe(true);
      expect(await claim(9_999)).toEqual([]);
    }
  });

  it('is taken over when its lease is over, and the late one changes nothing', async () => {
    const { storage, put, claim } = await newTable();
    await put(count(1), 0);
    const [late] = await claim(0);
    expect(await claim(99)).toEqual([]);
    const [next] = await claim(100);
    expect(next).toMatchObject({ attempt: 2, fence: 2 });
    for (const ending of [
      { is: 'done' },
      { is: 'returned' },
      { is: 'failed', runAt: 0, lastError: 'x' },
      { is: 'dead', lastError: 'x' },
    ] as const) {
      expect(await end(storage, late, ending)).toBe(false);
    }
    expect(await claim(101)).toEqual([]);
    expect(await end(storage, next, { is: 'done' })).toBe(true);
    expect(await rows(storage)).toEqual([]);
  });

  it('is tried again after a failure, and kept but never run once it is given up', async () => {
    const { storage, put, claim } = await newTable();
    const workspaceId = await addWorkspace(storage);
    await put({ ...count(1), uniqueKey: 'a' }, 0, workspaceId);
    const [first] = await claim(0);
    await end(storage, first, { is: 'failed', runAt: 50, lastError: 'The provider was away.' });
    expect(await claim(49)).toEqual([]);
    const [second] = await claim(50);
    expect(second?.attempt).toBe(2);
    await end(storage, second, { is: 'dead', lastError: 'The provider was away.' });
    expect(await claim(never - 1)).toEqual([]);
    expect(await rows(storage)).toMatchObject([
      { run_at: never, last_error: 'The provider was away.', attempts: 2, lease_owner: null },
    ]);
    await put({ ...count(2), uniqueKey: 'a' }, 60, workspaceId);
    expect(counts(await claim(60))).toEqual([2]);
  });

  it('counts no attempt that was not made', async () => {
    const { storage, put, claim } = await newTable();
    await put(count(1), 0);
    const [first] = await claim(0);
    await end(storage, first, { is: 'returned' });
    expect(await claim(0)).toMatchObject([{ attempt: 1, fence: 2 }]);
  });

  async function newTable() {
    const storage = await open();
    const usual = await addWorkspace(storage);
    const put = (job: NewJob<'test.count' | 'test.other'>, now: number, workspaceId = usual) =>
      storage.workspace(workspaceId).transact((trx) => enqueue(trx, at(now), job));
    const claim = (now: number) => claimJobs(storage, { ...wish, now, leaseUntil: now + 100 });
    return { storage, put, claim };
  }
});

const wish = { owner: 'me', kinds: ['test.count'], limit: 10 };

function count(number: number) {
  return { kind: 'test.count', payload: { count: number } } as const;
}

function at(now: number) {
  return { now: () => now };
}

function counts(claims: readonly Claim[]): readonly number[] {
  return claims.map((claim) => JSON.parse(claim.payload).count);
}

async function end(
  storage: Storage,
  claim: Claim | undefined,
  ending: Parameters<typeof endClaim>[2],
): Promise<boolean> {
  if (!claim) throw new Error('There is nothing to end.');
  return endClaim(storage, claim, ending);
}

function rows(storage: Storage) {
  return storage.rows.selectFrom('jobs').selectAll().execute();
}
