import { expect, it } from 'vitest';
import { deleteOldCalls } from '../../server/src/calls/delete-old-calls.ts';
import { appendEvent, systemActor } from '../../server/src/events/append-event.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { recordCalls, sealNow, verify } from '../support/audit.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('the audit chain', ({ engine, migrated }) => {
  it('seals changes and calls by itself, verifies, and puts that on record', async () => {
    covers('audit/sealed', 'audit/verify');
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    await recordCalls(app, workspaceId, { count: 300 });
    await sealNow(app, workspaceId);
    const verdict = await verify(plugboard);
    expect(verdict).toMatchObject({ ok: true, calls: 300, expired: 0, faults: [], notes: [] });
    const events = await plugboard.call('GET /api/v1/events?type=audit.verified');
    expect(events.body['data']).toMatchObject([{ data: { ok: true, faults: 0 } }]);
    const head = await plugboard.call('GET /api/v1/audit/head');
    expect(head.body).toMatchObject({ ...Object(verdict['head']), calls: 300, sealed_at: expect.any(String) });
  });

  it('tells how far verifying is, where events are asked for', async () => {
    covers('audit/verify-events');
    const { app, workspaceId, call } = await startPlugboard(await migrated());
    await recordCalls(app, workspaceId, { count: 600 });
    await sealNow(app, workspaceId);
    const headers = { accept: 'text/event-stream' };
    const { text } = await call('POST /api/v1/audit/verify', { body: {}, headers });
    expect(text.match(/^event: \w+$/gm)).toEqual([
      'event: progress',
      'event: progress',
      'event: progress',
      'event: progress',
      'event: verdict',
    ]);
    expect(text).toContain('"ok":true');
  });

  it('does not seal a call that is on its way, and seals it when it is over', async () => {
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    const [id = ''] = await recordCalls(app, workspaceId, { count: 1, status: 'executing', effect: 'write' });
    await sealNow(app, workspaceId);
    expect(await segmentOf(app, id)).toBeNull();
    await app.calls.finish({ id, workspaceId }, { status: 'ok', reason: null, message: null, durationMs: 5 });
    await sealNow(app, workspaceId);
    expect(await segmentOf(app, id)).toEqual(expect.any(Number));
    await app.calls.finish({ id, workspaceId }, { status: 'rejected', reason: null, message: null, durationMs: 5 });
    expect(await verify(plugboard)).toMatchObject({ ok: true });
  });

  it.skipIf(engine === 'sqlite')('seals what was committed late, whatever its id', async () => {
    covers('audit/late-commit');
    const database = await migrated();
    const { app, workspaceId, call } = await startPlugboard(database);
    const another = await openStorage(database);
    const written = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const late = another.workspace(workspaceId).transact(async (trx) => {
      const data = { name: 'Late', slug: 'late' };
      await appendEvent(trx, app.clock, { type: 'project.created', actor: systemActor, subject: 'late', data });
      written.resolve();
      await goOn.promise;
    });
    await written.promise;
    expect((await call('POST /api/projects', { body: { name: 'Early', slug: 'early' } })).status).toBe(201);
    await sealNow(app, workspaceId);
    goOn.resolve();
    await late;
    await sealNow(app, workspaceId);
    await another.close();
    const unsealed = await app.storage.rows.selectFrom('events').select('id').where('segment', 'is', null).execute();
    expect(unsealed).toEqual([]);
    expect(await verify({ call })).toMatchObject({ ok: true });
  });

  it.skipIf(engine === 'sqlite')('has one end, where replicas seal at the same time', async () => {
    covers('audit/one-sealer');
    const database = await migrated();
    const one = await startPlugboard(database);
    const two = await startPlugboard(database, { adminKey: new Secret(one.adminKey) });
    await sealNow(one.app, one.workspaceId);
    await recordCalls(one.app, one.workspaceId, { count: 1_000 });
    const sealing = [one, two, one, two].map(({ app }) => sealNow(app, one.workspaceId));
    await Promise.allSettled(sealing);
    await sealNow(one.app, one.workspaceId);
    expect(await verify(one)).toMatchObject({ ok: true, calls: 1_000 });
  });

  it('still verifies when retention has taken calls, a part of a segment or all of it', async () => {
    covers('audit/retention');
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    const day = (count: number) => ({ at: new Date(Date.UTC(2026, 0, count)).toISOString() });
    await recordCalls(app, workspaceId, { count: 3, ...day(1) });
    await sealNow(app, workspaceId);
    await recordCalls(app, workspaceId, { count: 2, ...day(2) });
    await recordCalls(app, workspaceId, { count: 4, ...day(3) });
    await sealNow(app, workspaceId);
    expect(await deleteOldCalls(app, day(3).at)).toBe(5);
    expect(await verify(plugboard)).toMatchObject({ ok: true, calls: 4, expired: 5 });
    const dropped = app.storage.rows.selectFrom('audit_segments').select('rows').where('leaves', 'is', null);
    expect(await dropped.execute()).toEqual([{ rows: 3 }]);
    await deleteOldCalls(app, day(4).at);
    expect(await verify(plugboard)).toMatchObject({ ok: true, calls: 0, expired: 9 });
    expect((await plugboard.call('GET /api/v1/audit/head')).body['calls']).toBe(9);
  });

  it('exports records in the order of the chain, each with its place, and says where they end', async () => {
    covers('audit/export');
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    await sealNow(app, workspaceId);
    const sealed = await recordCalls(app, workspaceId, { count: 258 });
    await sealNow(app, workspaceId);
    const open = await recordCalls(app, workspaceId, { count: 2 });
    const lines = await exported(plugboard, 'calls');
    const records = lines.slice(0, -1);
    expect(records.map(({ record }) => isRecord(record) && record['id'])).toEqual([...sealed, ...open]);
    expect(records[255]).toMatchObject({ chain: { segment: 2, position: 255 } });
    expect(records[256]).toMatchObject({ chain: { segment: 3, position: 0 } });
    expect(records[259]).toMatchObject({ chain: null });
    expect(lines.at(-1)).toEqual({ end: { records: 260, head: expect.objectContaining({ segment: 3 }) } });
    const events = await exported(plugboard, 'events');
    expect(events.at(-2)).toMatchObject({ record: { type: 'records.exported', data: { log: 'events' } } });
  });

  it('exports a stretch of time', async () => {
    covers('audit/export');
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    const minute = (count: number) => new Date(Date.UTC(2026, 5, 1, 0, count)).toISOString();
    for (const count of [1, 2, 3, 4])
      await recordCalls(app, workspaceId, { count: 1, at: minute(count), tool: `t${count}` });
    const asked = `?from=${minute(2)}&to=${minute(4)}`;
    for (const seal of [false, true]) {
      if (seal) await sealNow(app, workspaceId);
      const lines = await exported(plugboard, 'calls', asked);
      expect(lines.map(({ record }) => isRecord(record) && record['tool'])).toEqual(['t2', 't3', false]);
    }
  });
});

async function segmentOf({ storage }: Plugboard['app'], id: string): Promise<number | null> {
  const row = storage.rows.selectFrom('calls').select('segment').where('id', '=', id);
  return (await row.executeTakeFirstOrThrow()).segment;
}

async function exported({ call }: Plugboard, log: 'events' | 'calls', query = ''): Promise<Record<string, unknown>[]> {
  const { status, text, headers } = await call(`GET /api/v1/${log}/export${query}`);
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'application/x-ndjson; charset=utf-8',
  });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
