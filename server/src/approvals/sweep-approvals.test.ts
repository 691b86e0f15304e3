import { expect, it } from 'vitest';
import { addWorkspace } from '../../../tests/support/add-workspace.ts';
import { covers } from '../../../tests/support/covers.ts';
import { describeOnEngines } from '../../../tests/support/databases.ts';
import { newConnectionRow } from '../../../tests/support/new-connection.ts';
import { insertConnection } from '../connections/connection-store.ts';
import { newId } from '../lib/ids.ts';
import type { Storage } from '../storage/storage.ts';
import { findSettled, type NewApprovalRow } from './approval-store.ts';
import { sweepApprovals } from './sweep-approvals.ts';

const at = '2026-11-21T12:00:00.000Z';
const clock = { now: () => Date.parse(at) };
const early = '2026-11-20T12:00:00.000Z';

function rowOf(connectionId: string, changes: Partial<NewApprovalRow>): NewApprovalRow & { readonly id: string } {
  const id = newId();
  return {
    id,
    digest: id,
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
    summary: '{}',
    status: 'pending',
    created_at: early,
    expires_at: '2026-11-22T12:00:00.000Z',
    updated_at: early,
    ...changes,
  };
}

/** Stores so many approvals in a workspace of their own, and answers their ids. */
async function store(storage: Storage, count: number, changes: Partial<NewApprovalRow>): Promise<string[]> {
  const db = storage.workspace(await addWorkspace(storage));
  const connection = newConnectionRow();
  const rows = Array.from({ length: count }, () => rowOf(connection.id, changes));
  await db.transact(async (trx) => {
    await insertConnection(trx, connection);
    for (let from = 0; from < count; from += 100)
      await trx.rows
        .insertInto('approvals')
        .values(rows.slice(from, from + 100))
        .execute();
  });
  return rows.map(({ id }) => id);
}

const eventsIn = async (storage: Storage) => {
  const rows = await storage.rows.selectFrom('events').select(['type', 'subject', 'workspace_id']).execute();
  return rows.filter(({ type }) => type.startsWith('approval.'));
};

describeOnEngines('sweeping approvals', (open) => {
  it('writes one event for each, however many there are, of several workspaces, and swept twice at once', async () => {
    covers('approvals/expiry', 'approvals/unknown');
    const storage = await open();
    const expired = [
      ...(await store(storage, 401, { expires_at: at })),
      ...(await store(storage, 3, { expires_at: at })),
    ];
    const cutOff = await store(storage, 201, { status: 'executing' });
    await Promise.all([sweepApprovals(storage, clock), sweepApprovals(storage, clock)]);
    const events = await eventsIn(storage);
    const subjects = (type: string) => events.flatMap((event) => (event.type === type ? [event.subject] : [])).sort();
    expect(subjects('approval.expired')).toEqual(expired.map((id) => `approval:${id}`).sort());
    expect(subjects('approval.settled')).toEqual(cutOff.map((id) => `approval:${id}`).sort());
    expect(new Set(events.map((event) => event.workspace_id)).size).toBe(3);
    const left = await storage.rows.selectFrom('approvals').select('id').where('status', '=', 'pending').execute();
    expect(left).toEqual([]);
  });

  it('leaves alone what still waits or has just begun', async () => {
    const storage = await open();
    const ids = [
      ...(await store(storage, 1, { expires_at: '2026-11-21T12:00:00.001Z' })),
      ...(await store(storage, 1, { status: 'executing', updated_at: '2026-11-21T11:55:00.000Z' })),
    ];
    await sweepApprovals(storage, clock);
    expect(await eventsIn(storage)).toEqual([]);
    expect(await findSettled(storage, clock, ids)).toEqual([]);
  });
});

describeOnEngines('looking what is settled', (open) => {
  it('finds what was decided, cut off or is past its time, of any workspace', async () => {
    const storage = await open();
    const statuses = ['done', 'declined', 'expired', 'voided', 'outcome_unknown'];
    const settled = await Promise.all(statuses.map((status) => store(storage, 1, { status })));
    const over = await store(storage, 1, { expires_at: at });
    const waiting = [...(await store(storage, 1, {})), ...(await store(storage, 1, { status: 'executing' }))];
    const wanted = [...settled.flat(), ...over];
    expect((await findSettled(storage, clock, [...wanted, ...waiting, newId()])).sort()).toEqual(wanted.sort());
  });
});
