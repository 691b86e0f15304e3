import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newCall } from '../../../tests/support/new-call.ts';
import type { WorkspaceDb } from '../storage/storage.ts';
import type { CallRecord } from './call-log.ts';
import { insertCalls } from './call-store.ts';
import { lastCallAt, usageOf } from './usage.ts';

const minute = (at: number): string => new Date(Date.UTC(2026, 10, 21, 0, at)).toISOString();

describeOnEngines('what a connection was used for', (open) => {
  async function withCalls(...changes: readonly Partial<CallRecord>[]): Promise<WorkspaceDb> {
    const storage = await open();
    const workspaceId = await addWorkspace(storage);
    const other = await addWorkspace(storage);
    const db = storage.workspace(workspaceId);
    for (let at = 0; at < changes.length; at += 500) {
      const some = changes.slice(at, at + 500).map((change) => newCall(workspaceId, change));
      await db.transact((trx) => insertCalls(trx, some));
    }
    await storage.workspace(other).transact((trx) => insertCalls(trx, [newCall(other, { tool: 'elsewhere' })]));
    return db;
  }

  it('is told tool by tool and caller by caller, and of this connection alone', async () => {
    const db = await withCalls(
      { at: minute(1), tool: 'a' },
      { at: minute(2), tool: 'a', status: 'rejected', principal: 'key:2', userId: 'bob', onBehalfOf: 'cleo' },
      { at: minute(3), tool: 'b', effect: 'write' },
      { at: minute(4), tool: 'c', connectionId: 'c2' },
    );
    expect(await usageOf(db, { connectionId: 'c1', since: '' })).toEqual({
      calls: 3,
      firstAt: minute(1),
      lastAt: minute(3),
      tools: [
        {
          tool: 'a',
          effect: 'read',
          calls: 2,
          firstAt: minute(1),
          lastAt: minute(2),
          statuses: { ok: 1, rejected: 1 },
        },
        { tool: 'b', effect: 'write', calls: 1, firstAt: minute(3), lastAt: minute(3), statuses: { ok: 1 } },
      ],
      callers: [
        { principal: 'key:1', userId: 'alice', onBehalfOf: null, calls: 2, firstAt: minute(1), lastAt: minute(3) },
        { principal: 'key:2', userId: 'bob', onBehalfOf: 'cleo', calls: 1, firstAt: minute(2), lastAt: minute(2) },
      ],
    });
    expect(await lastCallAt(db, 'c1')).toBe(minute(3));
  });

  it('is told from a time on', async () => {
    const db = await withCalls(...[1, 2, 3].map((at) => ({ at: minute(at) })));
    expect(await usageOf(db, { connectionId: 'c1', since: minute(2) })).toMatchObject({ calls: 2, firstAt: minute(2) });
  });

  it('is nothing where nobody called', async () => {
    const db = await withCalls();
    expect(await usageOf(db, { connectionId: 'c1', since: '' })).toEqual({
      calls: 0,
      firstAt: null,
      lastAt: null,
      tools: [],
      callers: [],
    });
    expect(await lastCallAt(db, 'c1')).toBeNull();
  });

  it('counts every call and lists no more than a thousand callers, however many there were', async () => {
    const db = await withCalls(
      ...Array.from({ length: 2_300 }, (_, index) => ({ at: minute(index >> 3), principal: `key:${index}` })),
    );
    const { calls, callers, tools } = await usageOf(db, { connectionId: 'c1', since: '' });
    expect({ calls, callers: callers.length }).toEqual({ calls: 2_300, callers: 1_000 });
    expect(tools).toMatchObject([{ calls: 2_300 }]);
  });
});
