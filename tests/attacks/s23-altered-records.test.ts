import { beforeEach, expect, it } from 'vitest';
import { newId } from '../../server/src/lib/ids.ts';
import { recordCalls, sealNow, verify } from '../support/audit.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

/** Somebody who can write the database, and has no key. Two segments of events, one of calls between them. */
describeOnDatabases('S23: who can write the database', ({ migrated }) => {
  let plugboard: Plugboard;
  let calls: string[];
  let events: string[];
  beforeEach(async () => {
    plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    await sealNow(app, workspaceId);
    calls = await recordCalls(app, workspaceId, { count: 5 });
    await sealNow(app, workspaceId);
    await plugboard.call('POST /api/projects', { body: { name: 'One', slug: 'one' } });
    await sealNow(app, workspaceId);
    const rows = await app.storage.rows.selectFrom('events').select('id').where('segment', '=', 1).execute();
    events = rows.map(({ id }) => id);
    expect(await verify(plugboard)).toMatchObject({ ok: true, said: [], calls: 5, head: { segment: 3 } });
  });

  const tables = () => loose(plugboard.app.storage.writer);
  const said = async (body?: object) => (await verify(plugboard, body)).said;
  const firstCall = () => calls[0] ?? '';

  it.each([
    ['status', 'rejected'],
    ['message', 'It never happened.'],
    ['user_id', 'somebody else'],
    ['principal', 'key:another'],
    ['at', '2026-01-01T00:00:00.000Z'],
    ['duration_ms', 8],
  ] as const)('cannot change the %s of a call unnoticed', async (column, value) => {
    await tables()
      .updateTable('calls')
      .set({ [column]: value })
      .where('id', '=', firstCall())
      .execute();
    expect(await said()).toEqual([`altered_row 2 ${firstCall()}`]);
  });

  it.each([
    ['type', 'nothing.happened'],
    ['actor', 'system'],
    ['subject', 'nobody'],
    ['data', '{}'],
    ['user_id', null],
  ] as const)('cannot change the %s of an event unnoticed', async (column, value) => {
    const event = await projectEvent();
    await tables()
      .updateTable('events')
      .set({ [column]: value })
      .where('id', '=', event)
      .execute();
    expect(await said()).toEqual([`altered_row 3 ${event}`]);
  });

  /** The id of the event of the last segment. */
  async function projectEvent(): Promise<string> {
    const rows = plugboard.app.storage.rows.selectFrom('events').select('id').where('segment', '=', 3);
    return (await rows.executeTakeFirstOrThrow()).id;
  }

  it('cannot delete a row unnoticed', async () => {
    const [event = ''] = events;
    await tables().deleteFrom('calls').where('id', '=', firstCall()).execute();
    await tables().deleteFrom('events').where('id', '=', event).execute();
    expect(await said()).toEqual([`missing_row 1 ${event}`, `missing_row 2 ${firstCall()}`]);
  });

  it('cannot put a row into a sealed segment', async () => {
    const id = await copyOfCall({ segment: 2 });
    expect(await said()).toEqual([`inserted_row 2 ${id}`]);
  });

  it('cannot put a row behind the end', async () => {
    const id = await copyOfCall({ segment: 99 });
    expect(await said()).toEqual([`inserted_row ${id}`]);
  });

  it('is told on by the time, where a row from the past is sealed later', async () => {
    const id = await copyOfCall({ segment: null, at: '2026-01-01T00:00:00.000Z' });
    await sealNow(plugboard.app, plugboard.workspaceId);
    const { ok, notes } = await verify(plugboard);
    expect({ ok, notes }).toMatchObject({ ok: true, notes: [{ kind: 'late_row', row: id }] });
  });

  it('cannot move a row to another segment', async () => {
    await tables().updateTable('calls').set({ segment: 3 }).where('id', '=', firstCall()).execute();
    expect(await said()).toEqual([`moved_row 2 ${firstCall()}`]);
    await tables().updateTable('calls').set({ segment: null }).where('id', '=', firstCall()).execute();
    expect(await said()).toEqual([`moved_row 2 ${firstCall()}`]);
  });

  it('cannot make a row and its leaf fit each other', async () => {
    const leaves = (await segment(2))['leaves'];
    const changed = String(leaves).replace(/ [^ \n]{43}\n/, ` ${'A'.repeat(43)}\n`);
    await tables().updateTable('audit_segments').set({ leaves: changed }).where('number', '=', 2).execute();
    expect(await said()).toEqual(['altered_segment 2']);
  });

  it('cannot take a segment out', async () => {
    await tables().deleteFrom('audit_segments').where('number', '=', 2).execute();
    expect(await said()).toEqual(['missing_segment 2']);
  });

  it('cannot swap two segments', async () => {
    for (const [from, to] of [
      [1, 77],
      [3, 1],
      [77, 3],
    ] as const)
      await tables().updateTable('audit_segments').set({ number: to }).where('number', '=', from).execute();
    expect(await said()).toEqual(expect.arrayContaining(['altered_segment 1', 'altered_segment 3']));
  });

  it('cannot pretend that retention took the calls', async () => {
    await tables().deleteFrom('calls').execute();
    await tables().updateTable('audit_segments').set({ leaves: null }).where('number', '=', 2).execute();
    expect(await said()).toEqual(['altered_segment 2']);
    const mark = { workspace_id: plugboard.workspaceId, name: 'calls_before', value: '2030-01-01T00:00:00.000Z' };
    await tables()
      .insertInto('audit_marks')
      .values({ ...mark, mac: 'ab'.repeat(32) })
      .execute();
    expect(await said()).toEqual(['forged_mark', 'altered_segment 2']);
  });

  it('cannot invent an erasure', async () => {
    const call = { principal: 'jwt:erased-AAAAAAAAAAAAAAAAAAAAAA', user_id: 'erased-AAAAAAAAAAAAAAAAAAAAAA' };
    await tables().updateTable('calls').set(call).where('id', '=', firstCall()).execute();
    expect(await said()).toEqual([`altered_row 2 ${firstCall()}`]);
  });

  it('cannot cut off the end where its head was kept elsewhere', async () => {
    const { segment: number, mac } = (await plugboard.call('GET /api/v1/audit/head')).body;
    const head = { segment: number, mac };
    expect(await said({ head })).toEqual([]);
    await tables().deleteFrom('audit_segments').where('number', '=', 3).execute();
    await tables().deleteFrom('events').where('segment', '=', 3).execute();
    // Nothing within shows it; what was kept does, also when the chain has grown again.
    expect(await said()).toEqual([]);
    expect(await said({ head })).toEqual(['other_head 3']);
    await plugboard.call('POST /api/projects', { body: { name: 'Two', slug: 'two' } });
    await sealNow(plugboard.app, plugboard.workspaceId);
    expect(await said({ head })).toEqual(['other_head 3']);
  });

  it('cannot use a segment of another workspace', async () => {
    const { app } = plugboard;
    const made = await plugboard.call('POST /api/v1/workspaces', { body: { name: 'Other', slug: 'other' } });
    const other = String(made.body['id']);
    await recordCalls(app, other, { count: 2 });
    await sealNow(app, other);
    const [theirs = {}] = await tables()
      .selectFrom('audit_segments')
      .selectAll()
      .where('workspace_id', '=', other)
      .where('number', '=', 1)
      .execute();
    const theirsHere = { ...theirs, workspace_id: plugboard.workspaceId };
    await tables()
      .deleteFrom('audit_segments')
      .where('workspace_id', '=', plugboard.workspaceId)
      .where('number', '=', 1)
      .execute();
    await tables().insertInto('audit_segments').values(theirsHere).execute();
    expect(await said()).toEqual(expect.arrayContaining(['altered_segment 1', 'altered_segment 2']));
  });

  it('cannot make the chain anew without the key', async () => {
    const { app, workspaceId } = plugboard;
    await tables().deleteFrom('audit_segments').execute();
    await tables().updateTable('calls').set({ segment: null, message: 'Changed.' }).execute();
    await sealNow({ ...app, vault: { ...app.vault, derive: () => Buffer.alloc(32, 1) } }, workspaceId);
    expect(await said()).toEqual(expect.arrayContaining(['altered_segment 1']));
  });

  it('is not stopped by a segment with an absurd number', async () => {
    const absurd = { ...(await segment(3)), number: 9_000_000_000_000_000 };
    await tables().insertInto('audit_segments').values(absurd).execute();
    const { ok, fault_count: count } = await verify(plugboard);
    expect({ ok, count }).toEqual({ ok: false, count: expect.any(Number) });
  });

  async function segment(number: number) {
    const rows = await tables()
      .selectFrom('audit_segments')
      .selectAll()
      .where('workspace_id', '=', plugboard.workspaceId)
      .where('number', '=', number)
      .execute();
    return rows[0] ?? {};
  }

  /** A call like the first one, with another id. */
  async function copyOfCall(changes: Record<string, string | number | null>): Promise<string> {
    const id = newId();
    const [row = {}] = await tables().selectFrom('calls').selectAll().where('id', '=', firstCall()).execute();
    await tables()
      .insertInto('calls')
      .values({ ...row, id, ...changes })
      .execute();
    return id;
  }
});
