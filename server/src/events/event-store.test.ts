import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import type { WorkspaceDb } from '../storage/storage.ts';
import { appendEvent, systemActor } from './append-event.ts';
import { listEvents } from './event-store.ts';

declare module './append-event.ts' {
  interface EventTypes {
    'test.lit': { readonly lamp: number };
    'test.dimmed': Record<string, never>;
  }
}

const start = Date.UTC(2026, 10, 21);
const alice = { principal: 'key:1', userId: 'alice' };

describeOnEngines('the log of changes', (open) => {
  it('lists what happened, newest first, with who did what to whom', async () => {
    const db = await newDb();
    await light(db, 2);
    const { items, nextCursor } = await listEvents(db, { limit: 25 });
    expect(nextCursor).toBeNull();
    expect(items).toEqual([
      expect.objectContaining({ at: '2026-11-21T00:00:00.001Z', subject: 'lamp:1', data: { lamp: 1 } }),
      expect.objectContaining({
        type: 'test.lit',
        actor: 'key:1',
        userId: 'alice',
        subject: 'lamp:0',
        data: { lamp: 0 },
      }),
    ]);
  });

  it('gives every event once, page by page, even many of the same millisecond', async () => {
    const db = await newDb();
    for (let count = 0; count < 7; count += 1) {
      await db.transact((trx) => appendEvent(trx, { now: () => start }, lit(count)));
    }
    const seen: string[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await listEvents(db, { limit: 3, ...(cursor && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map((event) => event.subject));
      cursor = page.nextCursor;
    }
    expect(seen.toSorted()).toEqual(['lamp:0', 'lamp:1', 'lamp:2', 'lamp:3', 'lamp:4', 'lamp:5', 'lamp:6']);
  });

  it('narrows by type, subject and actor', async () => {
    const db = await newDb();
    await light(db, 3);
    const dimmed = { type: 'test.dimmed', actor: systemActor, subject: 'lamp:1', data: {} } as const;
    await db.transact((trx) => appendEvent(trx, { now: () => start + 9 }, dimmed));
    const subjects = async (filter: object) =>
      (await listEvents(db, { limit: 9, ...filter })).items.map((event) => event.subject);
    expect(await subjects({ type: 'test.dimmed' })).toEqual(['lamp:1']);
    expect(await subjects({ subject: 'lamp:1' })).toEqual(['lamp:1', 'lamp:1']);
    expect(await subjects({ subject: 'lamp:1', actor: 'system' })).toEqual(['lamp:1']);
    expect(await subjects({ actor: 'nobody' })).toEqual([]);
  });

  it('keeps nothing of a change that was undone', async () => {
    const db = await newDb();
    const undone = db.transact(async (trx) => {
      await appendEvent(trx, { now: () => start }, lit(0));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect((await listEvents(db, { limit: 1 })).items).toEqual([]);
  });

  it('refuses a cursor that is none of ours', async () => {
    const db = await newDb();
    await expect(listEvents(db, { limit: 1, cursor: 'abc' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  async function newDb(): Promise<WorkspaceDb> {
    const storage = await open();
    return storage.workspace(await addWorkspace(storage));
  }
});

async function light(db: WorkspaceDb, lamps: number): Promise<void> {
  for (let lamp = 0; lamp < lamps; lamp += 1) {
    await db.transact((trx) => appendEvent(trx, { now: () => start + lamp }, lit(lamp)));
  }
}

function lit(lamp: number) {
  return { type: 'test.lit', actor: alice, subject: `lamp:${lamp}`, data: { lamp } } as const;
}
