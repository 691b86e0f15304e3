import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newCall } from '../../../tests/support/new-call.ts';
import type { Storage, WorkspaceDb } from '../storage/storage.ts';
import type { CallRecord } from './call-log.ts';
import { finishCall, insertCalls, listCalls } from './call-store.ts';
import { deleteOldCalls } from './delete-old-calls.ts';
import { sweepUnfinished } from './sweep-unfinished.ts';

describeOnEngines('the calls of a workspace', (open) => {
  it('come newest first, page by page, each once', async () => {
    const db = await withCalls(
      Array.from({ length: 7 }, (_, index) => ({ at: minute(index >> 1), tool: `t${index}` })),
    );
    const seen: string[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await listCalls(db, { limit: 3, ...(cursor && { cursor }) });
      seen.push(...page.items.map((call) => call.tool));
      cursor = page.nextCursor;
    }
    expect(seen.map((tool) => Number(tool.slice(1)) >> 1)).toEqual([3, 2, 2, 1, 1, 0, 0]);
    expect(new Set(seen).size).toBe(7);
  });

  it.each([
    [{ connectionId: 'c2' }],
    [{ connectorId: 'github' }],
    [{ tool: 'list_issues' }],
    [{ status: 'rejected' as const }],
    [{ principal: 'key:2' }],
    [{ userId: 'bob' }],
  ])('are narrowed by %j', async (filter) => {
    const db = await withCalls([{}, { ...filter, reason: 'this one' }]);
    expect((await listCalls(db, { limit: 9, ...filter })).items.map((call) => call.reason)).toEqual(['this one']);
  });

  it('are narrowed by time: from since on, before until', async () => {
    const db = await withCalls([1, 2, 3, 4].map((at) => ({ at: minute(at) })));
    const { items } = await listCalls(db, { limit: 9, since: minute(2), until: minute(4) });
    expect(items.map((call) => call.at)).toEqual([minute(3), minute(2)]);
  });

  it('stay in their workspace', async () => {
    const storage = await open();
    const [mine, theirs] = [await addWorkspace(storage), await addWorkspace(storage)];
    await insert(storage, [newCall(theirs)]);
    expect((await listCalls(storage.workspace(mine), { limit: 9 })).items).toEqual([]);
  });

  it('refuse a cursor that is none of ours', async () => {
    const db = await withCalls([{}]);
    await expect(listCalls(db, { limit: 1, cursor: '!' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('that a crash cut off become unknown when they are old enough, and only those', async () => {
    const storage = await open();
    const workspaceId = await addWorkspace(storage);
    const cut = newCall(workspaceId, { at: minute(1), status: 'executing' });
    const running = newCall(workspaceId, { at: minute(3), status: 'executing' });
    await insert(storage, [cut, running, newCall(workspaceId, { at: minute(1) })]);
    expect(await sweepUnfinished(storage, minute(2))).toBe(1);
    expect(await sweepUnfinished(storage, minute(2))).toBe(0);
    const found = await listCalls(storage.workspace(workspaceId), { limit: 9, status: 'outcome_unknown' });
    expect(found.items.map((call) => call.id)).toEqual([cut.id]);
    expect(found.items[0]?.message).toContain('Look at the provider');
  });

  it('that were taken for cut off still learn what became of them', async () => {
    const storage = await open();
    const call = newCall(await addWorkspace(storage), { status: 'executing' });
    await insert(storage, [call]);
    await sweepUnfinished(storage, minute(99));
    const db = storage.workspace(call.workspaceId);
    await db.transact((trx) => finishCall(trx, call.id, { status: 'ok', reason: null, message: null, durationMs: 3 }));
    expect((await listCalls(db, { limit: 9 })).items).toMatchObject([{ status: 'ok', message: null }]);
  });

  it('are deleted when they are too old, in every workspace, however many', async () => {
    const storage = await open();
    const ids = [await addWorkspace(storage), await addWorkspace(storage), await addWorkspace(storage)];
    const [many = '', one = '', none = ''] = ids;
    await insert(
      storage,
      Array.from({ length: 1_203 }, () => newCall(many, { at: minute(1) })),
    );
    await insert(storage, [newCall(one, { at: minute(1) }), newCall(one, { at: minute(2) })]);
    await insert(storage, [newCall(none, { at: minute(3) })]);
    expect(await deleteOldCalls({ storage, vault: { derive: () => Buffer.alloc(32) } }, minute(2))).toBe(1_204);
    const left = await Promise.all(ids.map((id) => listCalls(storage.workspace(id), { limit: 9 })));
    expect(left.map((page) => page.items.length)).toEqual([0, 1, 1]);
  });

  async function withCalls(changes: readonly Partial<CallRecord>[]): Promise<WorkspaceDb> {
    const storage = await open();
    const workspaceId = await addWorkspace(storage);
    await insert(
      storage,
      changes.map((change) => newCall(workspaceId, change)),
    );
    return storage.workspace(workspaceId);
  }
});

async function insert(storage: Storage, calls: readonly CallRecord[]): Promise<void> {
  const [first] = calls;
  if (first) await storage.workspace(first.workspaceId).transact((trx) => insertCalls(trx, calls));
}

function minute(count: number): string {
  return new Date(Date.UTC(2026, 10, 21, 0, count)).toISOString();
}
