import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { addConnectionRow } from '../../../../tests/support/add-connection-row.ts';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import type { Storage, WorkspaceDb } from '../../storage/storage.ts';
import { destroyGrant, findGrant, type Grant, putGrant } from './grant-store.ts';
import { type Lease, leasedFor, leaseGrant, putOffGrant, releaseGrant, settleGrant } from './lease-grant.ts';

const at = Date.parse('2026-11-21T10:00:00.000Z');

describeOnEngines('the lease of a grant', (open) => {
  let storage: Storage;
  let db: WorkspaceDb;

  beforeAll(async () => {
    storage = await open();
    db = storage.workspace(await addWorkspace(storage));
  });

  const newGrant = async (): Promise<string> => {
    const connectionId = await addConnectionRow(storage, db.workspaceId);
    const grant = {
      connectionId,
      version: 1,
      box: 'a box',
      obtainedAt: at,
      expiresAt: at + 60_000,
      renewAt: at + 50_000,
    };
    await db.transact((trx) => putGrant(trx, grant));
    return connectionId;
  };
  const read = async (id: string): Promise<Grant> => {
    const grant = await findGrant(db, id);
    if (grant === undefined) throw new Error('There is no grant.');
    return grant;
  };
  const lease = (grant: Grant, owner: string, leaseMs = 60_000) =>
    leaseGrant(db, grant, { engine: storage.engine, owner, leaseMs, startedAt: '2026-11-21T10:00:00.000Z' });
  const settle = (held: Lease | undefined) =>
    db.transact(async (trx) => {
      if (held === undefined) throw new Error('There is no lease.');
      const { connectionId, version } = held;
      const times = { obtainedAt: at, expiresAt: undefined, renewAt: undefined };
      return settleGrant(trx, held, { connectionId, version: version + 1, box: 'the next', ...times });
    });

  it('goes to one of those who want it', async () => {
    const id = await newGrant();
    const grant = await read(id);
    const taken = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((owner) => lease(grant, owner)));
    expect(taken.filter((each) => each !== undefined)).toHaveLength(1);
    expect(await leasedFor(db, storage.engine, id)).toBeGreaterThan(50_000);
    expect(await read(id)).toMatchObject({ version: 1, unanswered: 1 });
  });

  it('ends with the answer, which is a version of its own with nothing unanswered', async () => {
    const id = await newGrant();
    const held = await lease(await read(id), 'a');
    expect(await settle(held)).toBe(true);
    expect(await read(id)).toMatchObject({ version: 2, box: 'the next', unanswered: 0, expiresAt: undefined });
    expect(await leasedFor(db, storage.engine, id)).toBe(0);
    expect(await settle(held)).toBe(false);
  });

  it('goes to another one when its time is over, and the first comes too late', async () => {
    const id = await newGrant();
    const first = await lease(await read(id), 'a', 30);
    expect(await lease(await read(id), 'b')).toBeUndefined();
    await sleep(60);
    const second = await lease(await read(id), 'b');
    expect(await read(id)).toMatchObject({ unanswered: 2 });
    expect(await settle(first)).toBe(false);
    expect(await settle(second)).toBe(true);
  });

  it('is worth nothing for a grant that another one has taken the place of, or that is gone', async () => {
    const id = await newGrant();
    const before = await read(id);
    const held = await lease(before, 'a');
    const again = { ...before, version: 101 };
    expect(await db.transact((trx) => putGrant(trx, again))).toBe(true);
    expect(await settle(held)).toBe(false);
    expect(await db.transact((trx) => putGrant(trx, { ...again, version: 90 }))).toBe(false);
    expect(await lease(before, 'b')).toBeUndefined();
    const last = await lease(await read(id), 'b');
    await db.transact((trx) => destroyGrant(trx, id));
    expect(await settle(last)).toBe(false);
  });

  it('ends without an answer, with when it is tried again and why', async () => {
    const id = await newGrant();
    const held = await lease(await read(id), 'a');
    if (held === undefined) throw new Error('There is no lease.');
    const setback = { renewAt: at + 70_000, failures: 1, problem: 'Away.' };
    expect(await db.transact((trx) => releaseGrant(trx, held, setback))).toBe(true);
    expect(await read(id)).toMatchObject({ ...setback, version: 1, unanswered: 0 });
    expect(await db.transact((trx) => releaseGrant(trx, held, setback))).toBe(false);
  });

  it('is nobody’s while a grant is put off; who held it is refused', async () => {
    const id = await newGrant();
    const before = await read(id);
    const held = await lease(before, 'a', 30);
    const off = { engine: storage.engine, renewAt: null, failures: 1, problem: 'Over.' };
    expect(await db.transact((trx) => putOffGrant(trx, before, off))).toBe(false);
    await sleep(60);
    const now = await read(id);
    expect(await db.transact((trx) => putOffGrant(trx, now, off))).toBe(true);
    expect(await settle(held)).toBe(false);
    expect(await read(id)).toMatchObject({ renewAt: undefined, problem: 'Over.', unanswered: 1 });
  });
});
