import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../tests/support/new-connection.ts';
import { insertConnection } from '../connections/connection-store.ts';
import { newId } from '../lib/ids.ts';
import type { Storage, WorkspaceDb } from '../storage/storage.ts';
import {
  collectApproval,
  findApprovalRow,
  findOpen,
  insertApproval,
  moveApproval,
  type NewApprovalRow,
  readApproval,
} from './approval-store.ts';
import { type ApprovalStatus, approvalStatuses } from './approval.ts';
import { type ApprovalRowsWish, listApprovalRows } from './list-approval-rows.ts';
import { sweepApprovals } from './sweep-approvals.ts';

const at = '2026-11-21T12:00:00.000Z';
const later = '2026-11-22T12:00:00.000Z';
const clock = { now: () => Date.parse(at) };

interface Room {
  readonly db: WorkspaceDb;
  readonly connectionId: string;
}

async function room(storage: Storage): Promise<Room> {
  const db = storage.workspace(await addWorkspace(storage));
  const row = newConnectionRow();
  await db.transact((trx) => insertConnection(trx, row));
  return { db, connectionId: row.id };
}

function approval({ connectionId }: Room, changes: Partial<NewApprovalRow> = {}): NewApprovalRow & { id: string } {
  const id = changes.id ?? newId();
  return {
    digest: 'd',
    principal: 'key:1',
    user_id: 'ann',
    lineage: '["key:1"]',
    door: 'rest',
    connection_id: connectionId,
    connection_generation: 1,
    connector_id: 'gitlab',
    tool: 'create_issue',
    tool_digest: 't',
    policy_version: 1,
    target: 'POST https://gitlab.example.com/',
    arguments_box: 'box',
    summary: '{"effect":"write","destructive":true}',
    status: 'pending',
    created_at: at,
    expires_at: later,
    updated_at: at,
    ...changes,
    id,
  };
}

async function add(room: Room, changes: Partial<NewApprovalRow> = {}): Promise<string> {
  const row = approval(room, changes);
  expect(await room.db.transact((trx) => insertApproval(trx, row))).toBe(true);
  return row.id;
}

const pageOf = ({ db }: Room, wish: Partial<ApprovalRowsWish>) =>
  listApprovalRows(db, { limit: 20, now: at, viewer: { userId: 'ann', crews: new Set() }, ...wish });
const list = async (room: Room, wish: Partial<ApprovalRowsWish>) => (await pageOf(room, wish)).rows;

const statusOf = async ({ db }: Room, id: string) => (await findApprovalRow(db, id))?.status;

describeOnEngines('an approval in the database', (open) => {
  it('is one at a time per asker and call, also where ten ask at once', async () => {
    const here = await room(await open());
    const rows = Array.from({ length: 10 }, () => approval(here));
    const stored = await Promise.all(rows.map((row) => here.db.transact((trx) => insertApproval(trx, row))));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await list(here, { limit: 20 })).toHaveLength(1);
  });

  it('is another one for another asker, another call, or once the first is decided', async () => {
    const here = await room(await open());
    const first = await add(here);
    await add(here, { principal: 'key:2' });
    await add(here, { digest: 'e' });
    await here.db.transact((trx) => moveApproval(trx, { id: first, from: 'pending', to: 'declined', at }));
    await add(here);
    expect(await list(here, { status: 'pending', limit: 20 })).toHaveLength(3);
  });

  it('moves on only from the status it is expected to have', async () => {
    const here = await room(await open());
    const id = await add(here);
    const move = (from: ApprovalStatus, to: ApprovalStatus) =>
      here.db.transact((trx) => moveApproval(trx, { id, from, to, at }));
    expect(await move('executing', 'done')).toBe(false);
    expect(await move('pending', 'executing')).toBe(true);
    expect(await move('pending', 'declined')).toBe(false);
    expect(await statusOf(here, id)).toBe('executing');
  });

  it('is decided by one of ten who decide at once', async () => {
    const here = await room(await open());
    const id = await add(here);
    const moves = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        here.db.transact((trx) =>
          moveApproval(trx, { id, from: 'pending', to: 'executing', at }, { decided_by: `key:${number}` }),
        ),
      ),
    );
    expect(moves.filter(Boolean)).toHaveLength(1);
    expect((await findApprovalRow(here.db, id))?.decided_by).toBe(`key:${moves.indexOf(true)}`);
  });

  it('is collected once, also where ten collect at once', async () => {
    const here = await room(await open());
    const id = await add(here, { status: 'done' });
    const collected = await Promise.all(
      Array.from({ length: 10 }, () => here.db.transact((trx) => collectApproval(trx, id, at))),
    );
    expect(collected.filter(Boolean)).toHaveLength(1);
  });

  it.each(approvalStatuses)('that is %s is found again by its asker until it is collected or over', async (status) => {
    const here = await room(await open());
    const id = await add(here, { status });
    const ask = { principal: 'key:1', digest: 'd' };
    expect((await findOpen(here.db, clock, ask))?.id).toBe(status === 'expired' ? undefined : id);
    expect(await findOpen(here.db, clock, { ...ask, principal: 'key:2' })).toBeUndefined();
    expect(await findOpen(here.db, clock, { ...ask, digest: 'e' })).toBeUndefined();
    await here.db.transact((trx) => collectApproval(trx, id, at));
    expect(await findOpen(here.db, clock, ask)).toBeUndefined();
  });

  it('reads as expired from the millisecond at which its time is over', async () => {
    const here = await room(await open());
    const row = await findApprovalRow(here.db, await add(here));
    if (!row) throw new Error('It is not there.');
    expect(readApproval(row, '2026-11-22T11:59:59.999Z').status).toBe('pending');
    expect(readApproval(row, later).status).toBe('expired');
  });

  it('is listed newest first, page by page', async () => {
    const here = await room(await open());
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1)
      ids.unshift(await add(here, { digest: String(number), id: newId(Date.parse(at) + number) }));
    const pages = [await list(here, { limit: 3 })];
    pages.push(await list(here, { limit: 3, before: pages[0]?.at(-1)?.id }));
    expect(pages.map((page) => page.map(({ id }) => id))).toEqual([ids.slice(0, 3), ids.slice(3)]);
  });

  it('is looked through by the thousand: who may see few of many gets a short page, and the place to go on', async () => {
    const here = await room(await open());
    const bobs = newConnectionRow({ owner_user_id: 'bob' });
    await here.db.transact((trx) => insertConnection(trx, bobs));
    const mine = await add(here, { digest: 'mine', id: newId(Date.parse(at)) });
    const others = Array.from({ length: 4_999 }, (_, number) => {
      const id = newId(Date.parse(at) + 1 + number);
      return approval({ ...here, connectionId: bobs.id }, { id, digest: id });
    });
    await here.db.transact(async (trx) => {
      for (let from = 0; from < others.length; from += 500)
        await trx.rows
          .insertInto('approvals')
          .values(others.slice(from, from + 500))
          .execute();
    });
    const all = await pageOf(here, {});
    expect([all.rows.map(({ id }) => id), all.next]).toEqual([[mine], mine]);
    await add({ ...here, connectionId: bobs.id }, { id: newId(Date.parse(at) + 6_000), digest: 'newest' });
    const first = await pageOf(here, {});
    expect([first.rows, first.next]).toEqual([[], others[0]?.id]);
    const second = await pageOf(here, { before: first.next });
    expect([second.rows.map(({ id }) => id), second.next]).toEqual([[mine], undefined]);
  });

  it('is nothing to another workspace', async () => {
    const storage = await open();
    const [here, there] = [await room(storage), await room(storage)];
    const id = await add(here);
    expect(await findApprovalRow(there.db, id)).toBeUndefined();
    const taken = there.db.transact((trx) => moveApproval(trx, { id, from: 'pending', to: 'executing', at }));
    expect(await taken).toBe(false);
    await add(there);
  });

  it('that was cut off, and only that, is swept up as outcome_unknown', async () => {
    const storage = await open();
    const here = await room(storage);
    const old = await add(here, { status: 'executing', updated_at: '2026-11-21T11:54:59.999Z', digest: '1' });
    const running = await add(here, { status: 'executing', updated_at: '2026-11-21T11:55:00.000Z', digest: '2' });
    const waiting = await add(here, { digest: '3', updated_at: '2026-11-20T12:00:00.000Z' });
    await sweepApprovals(storage, clock);
    expect(await Promise.all([old, running, waiting].map((id) => statusOf(here, id)))).toEqual([
      'outcome_unknown',
      'executing',
      'pending',
    ]);
  });

  it('that nobody decided in time is swept up as expired', async () => {
    const storage = await open();
    const here = await room(storage);
    const over = await add(here, { expires_at: at, digest: '1' });
    const decided = await add(here, { expires_at: at, status: 'executing', digest: '2' });
    const waiting = await add(here, { expires_at: '2026-11-21T12:00:00.001Z', digest: '3' });
    await sweepApprovals(storage, clock);
    expect(await Promise.all([over, decided, waiting].map((id) => statusOf(here, id)))).toEqual([
      'expired',
      'executing',
      'pending',
    ]);
  });
});
