import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answering, startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { loose } from '../support/loose-database.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { deliveriesOf, happen, isSigned, makeWebhook, saidIn, untilDeliveries } from '../support/webhooks.ts';

const at = '/api/v1/webhooks';

describeOnDatabases('webhooks', ({ migrated }) => {
  const clock = heldClock();
  let plugboard: Plugboard;
  let elsewhere: Pick<Plugboard, 'call'>;
  let receiver: WebhookReceiver;
  let hooks = 0;
  const answered: ApiAnswer[] = [];

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    plugboard = await startPlugboard(await migrated(), { clock, rateLimit: 'off' });
    elsewhere = await anotherWorkspace(plugboard);
    return () => receiver.stop();
  });
  beforeEach(async () => {
    const all = await plugboard.call(`GET ${at}?limit=100`);
    for (const { id } of Object(all.body).data) await plugboard.call(`DELETE ${at}/${String(id)}`);
  });

  const ask = async (operation: string, body?: unknown, key?: string): Promise<ApiAnswer> => {
    const request = { ...(body === undefined ? {} : { body }), ...(key === undefined ? {} : { key }) };
    const answer = await plugboard.call(operation, request);
    answered.push(answer);
    return answer;
  };
  const newPath = () => `/hooks/${(hooks += 1)}`;
  const newHook = async (events?: readonly string[]) => {
    const path = newPath();
    return { path, ...(await makeWebhook(plugboard, receiver.url + path, events)) };
  };
  const fail = (...happenings: Parameters<typeof happen>[2]) =>
    happen(plugboard.app.storage, plugboard.workspaceId, happenings);

  it('are made, listed, changed and deleted', async () => {
    covers('webhooks/managed');
    const url = receiver.url + newPath();
    const created = await plugboard.call(`POST ${at}`, { body: { url, events: ['approval.*', 'approval.*'] } });
    expect(created.body).toEqual({
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
      webhook: {
        id: expect.any(String),
        url,
        events: ['approval.*'],
        description: null,
        enabled: true,
        disabled_reason: null,
        disabled_at: null,
        failing_since: null,
        last_delivered_at: null,
        last_failed_at: null,
        last_error: null,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    });
    const { id } = Object(created.body['webhook']);
    expect((await ask(`GET ${at}/${id}`)).body).toEqual(created.body['webhook']);
    const edit = { events: ['connection.failed'], description: 'For the app.', enabled: false };
    const changed = await ask(`PATCH ${at}/${id}`, edit);
    expect(changed.body).toMatchObject({ ...edit, url, disabled_reason: 'by_request' });
    expect((await ask(`PATCH ${at}/${id}`, { enabled: true })).body).toMatchObject({
      enabled: true,
      disabled_reason: null,
      description: 'For the app.',
    });
    expect((await ask(`PATCH ${at}/${id}`, {})).status).toBe(400);
    expect((await ask(`DELETE ${at}/${id}`)).status).toBe(204);
    for (const operation of ['GET', 'DELETE']) expect((await ask(`${operation} ${at}/${id}`)).status).toBe(404);
    await expect
      .poll(() =>
        loose(plugboard.app.storage.writer).selectFrom('webhooks').select('id').where('id', '=', id).execute(),
      )
      .toEqual([]);
  });

  it('are listed page by page, the newest first', async () => {
    covers('webhooks/managed');
    const ids = [await newHook(), await newHook(), await newHook()].map(({ id }) => id).toReversed();
    const first = await ask(`GET ${at}?limit=2`);
    const second = await ask(`GET ${at}?limit=2&cursor=${String(first.body['next_cursor'])}`);
    const listed = [first, second].flatMap(({ body }) => Object(body).data.map(({ id }: { id: string }) => id));
    expect(listed).toEqual(ids);
    expect(second.body['next_cursor']).toBeNull();
  });

  it('show their secret once, and keep it sealed', async () => {
    covers('webhooks/secret-once', 'webhooks/secret-sealed');
    const idempotent = { 'idempotency-key': 'one-webhook' };
    const body = { url: receiver.url + newPath(), events: ['*'] };
    const made = await plugboard.call(`POST ${at}`, { body, headers: idempotent });
    const again = await plugboard.call(`POST ${at}`, { body, headers: idempotent });
    const { id } = Object(made.body['webhook']);
    expect(again).toMatchObject({ status: 409, text: expect.stringContaining(id) });
    const rotated = await plugboard.call(`POST ${at}/${id}/rotate-secret`, { body: {} });
    const secrets = [made, rotated].map((answer) => String(answer.body['secret']).replace('whsec_', ''));
    expect(secrets[0]).not.toBe(secrets[1]);
    await ask(`POST ${at}/${id}/test`);
    await ask(`GET ${at}`);
    await ask(`GET ${at}/${id}/deliveries`);
    await ask('GET /api/v1/events?limit=100');
    const { rows } = plugboard.app.storage;
    const tables = ['webhooks', 'webhook_secrets', 'webhook_deliveries', 'events', 'idempotent_answers', 'jobs'];
    const kept = await Promise.all(tables.map((table) => loose(rows).selectFrom(table).selectAll().execute()));
    for (const secret of secrets) expect(JSON.stringify([answered, kept])).not.toContain(secret);
    expect(kept[1]?.every(({ box }) => String(box).startsWith('pb1.'))).toBe(true);
  });

  it('ask for types, groups of them or everything', async () => {
    covers('webhooks/events');
    const unknown = await ask(`POST ${at}`, { url: receiver.url, events: ['connection.failed', 'connection.lost'] });
    expect(unknown).toMatchObject({
      status: 400,
      text: expect.stringMatching(/connection\.lost.*connection\.\*.*approval\.decided/),
    });
    expect((await ask(`POST ${at}`, { url: receiver.url, events: [] })).status).toBe(400);
    const [all, group, type, other] = [
      await newHook(['*']),
      await newHook(['connection.*']),
      await newHook(['connection.failed']),
      await newHook(['connection.recovered', 'approval.*']),
    ];
    await fail({ connection: 'a', reason: 'one' });
    for (const { id } of [all, group, type]) await untilDeliveries(plugboard, id, { status: 'delivered', count: 1 });
    expect(await deliveriesOf(plugboard, other.id)).toEqual([]);
    expect(receiver.at(other.path)).toEqual([]);
  });

  it('take ADMIN and a scope, which no key of kind agent has', async () => {
    covers('webhooks/authority');
    const { id } = await newHook();
    const reader = await plugboard.mint({ kind: 'app', role: 'ADMIN', scopes: ['webhooks:read'] });
    const manager = await plugboard.mint({ kind: 'app', role: 'MANAGER', scopes: ['webhooks:read', 'webhooks:write'] });
    const writer = await plugboard.mint({ kind: 'app', role: 'ADMIN', scopes: ['webhooks:write'] });
    expect((await ask(`GET ${at}/${id}`, undefined, reader)).status).toBe(200);
    expect((await ask(`PATCH ${at}/${id}`, { enabled: true }, reader)).status).toBe(403);
    for (const operation of [`GET ${at}`, `DELETE ${at}/${id}`])
      expect((await ask(operation, undefined, manager)).status).toBe(403);
    expect((await ask(`GET ${at}/${id}`, undefined, writer)).status).toBe(403);
    expect((await ask(`PATCH ${at}/${id}`, { enabled: true }, writer)).status).toBe(200);
    const agent = { name: 'An agent', kind: 'agent', role: 'ADMIN', scopes: ['webhooks:write'] };
    expect(await ask('POST /api/v1/api-keys', agent)).toMatchObject({ status: 400 });
  });

  it('belong to their workspace, and hear of nothing else', async () => {
    covers('webhooks/tenants');
    const mine = await newHook();
    const path = newPath();
    const theirs = await makeWebhook(elsewhere, receiver.url + path);
    await fail({ connection: 'a', reason: 'mine' });
    await untilDeliveries(plugboard, mine.id, { status: 'delivered', count: 1 });
    const [delivery] = await deliveriesOf(plugboard, mine.id);
    const range = { from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
    const own = `${at}/${mine.id}/deliveries/${delivery?.id}`;
    for (const [operation, body] of [
      [`GET ${at}/${mine.id}`],
      [`PATCH ${at}/${mine.id}`, { enabled: false }],
      [`DELETE ${at}/${mine.id}`],
      [`POST ${at}/${mine.id}/rotate-secret`, {}],
      [`POST ${at}/${mine.id}/test`],
      [`POST ${at}/${mine.id}/replay`, range],
      [`GET ${at}/${mine.id}/deliveries`],
      [`GET ${own}`],
      [`POST ${own}/replay`],
      [`GET ${at}/${theirs.id}/deliveries/${delivery?.id}`],
    ] as const)
      expect((await elsewhere.call(operation, body && { body })).status, operation).toBe(404);
    expect((await ask(`GET ${at}/${theirs.id}`)).status).toBe(404);
    expect(await deliveriesOf(elsewhere, theirs.id)).toEqual([]);
    expect(receiver.at(path)).toEqual([]);
    expect((await ask(`GET ${at}/${mine.id}`)).body).toMatchObject({ enabled: true });
  });

  it('are named within limits', async () => {
    covers('webhooks/managed', 'webhooks/events');
    const url = (length: number) => `${receiver.url}/`.padEnd(length, 'x');
    const good = { url: url(2_000), events: Array.from({ length: 50 }, () => '*'), description: 'x'.repeat(500) };
    expect((await ask(`POST ${at}`, good)).status).toBe(201);
    for (const wrong of [
      { url: url(2_001) },
      { url: '' },
      { url: 7 },
      { events: [...good.events, '*'] },
      { events: '*' },
      { events: ['\0'] },
      { description: 'x'.repeat(501) },
      { enabled: 1 },
      { secret: 'whsec_mine' },
    ])
      expect((await ask(`POST ${at}`, { ...good, ...wrong })).status, JSON.stringify(wrong)).toBe(400);
    expect(Object((await ask(`GET ${at}`)).body).data).toHaveLength(1);
    for (const id of ['mine', '01a1']) expect((await ask(`GET ${at}/${id}`)).status).toBe(400);
  });

  it('are at most fifty, with five secrets each', async () => {
    covers('webhooks/limits');
    const made = await Promise.all(Array.from({ length: 50 }, () => newHook(['webhook.disabled'])));
    expect((await ask(`POST ${at}`, { url: receiver.url, events: ['*'] })).status).toBe(409);
    const { id } = made[0] ?? { id: '' };
    const rotate = (overlap_seconds: number) => ask(`POST ${at}/${id}/rotate-secret`, { overlap_seconds });
    for (let older = 1; older <= 4; older += 1) expect((await rotate(60)).status).toBe(200);
    expect((await rotate(60)).status).toBe(409);
    expect((await rotate(0)).status).toBe(200);
    for (const seconds of [-1, 7 * 86_400 + 1, 1.5]) expect((await rotate(seconds)).status).toBe(400);
  });

  describe('that are tested', () => {
    it('get one event at once, whatever they ask for, and say what came of it', async () => {
      covers('webhooks/test', 'webhooks/signature');
      const { id, secret, path } = await newHook(['approval.expired']);
      receiver.answer(answering(200, {}, 'Thanks.'), path);
      const tested = await ask(`POST ${at}/${id}/test`);
      expect(tested).toMatchObject({
        status: 200,
        body: { type: 'webhook.test', status: 'delivered', attempts: 1, last_status_code: 200, last_answer: 'Thanks.' },
      });
      const [received, ...more] = receiver.at(path);
      expect(more).toEqual([]);
      if (received === undefined) throw new Error('Nothing arrived.');
      expect(isSigned(secret, received, clock.now())).toBe(true);
      expect(received.id).toBe(tested.body['id']);
      expect(received.body).toBe(tested.body['payload']);
      expect(saidIn(received)).toMatchObject({ type: 'webhook.test', data: { webhook_id: id } });
      expect(received.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Plugboard' });
    });

    it('and fail are not tried again', async () => {
      covers('webhooks/test');
      const { id, path } = await newHook();
      receiver.answer(answering(503, { 'retry-after': '1' }), path);
      expect((await ask(`POST ${at}/${id}/test`)).body).toMatchObject({
        status: 'failed',
        last_status_code: 503,
        last_error: 'It answered 503.',
        next_attempt_at: null,
      });
      clock.forward(10_000);
      await fail({ connection: 'a', reason: 'later' });
      await expect.poll(() => receiver.at(path).length).toBe(2);
    });
  });

  it('are signed with both secrets until the overlap is over', async () => {
    covers('webhooks/rotation', 'webhooks/signature');
    const { id, secret: older, path } = await newHook();
    const rotated = await plugboard.call(`POST ${at}/${id}/rotate-secret`, { body: { overlap_seconds: 3_600 } });
    const newer = String(rotated.body['secret']);
    await ask(`POST ${at}/${id}/test`);
    clock.forward(3_600_000);
    await ask(`POST ${at}/${id}/test`);
    const [during, after] = receiver.at(path);
    if (during === undefined || after === undefined) throw new Error('Not all of it arrived.');
    expect(during.signature).toMatch(/^v1,\S{44} v1,\S{44}$/);
    for (const secret of [older, newer]) expect(isSigned(secret, during, clock.now() - 3_600_000)).toBe(true);
    expect(after.signature).toMatch(/^v1,\S{44}$/);
    expect([older, newer].map((secret) => isSigned(secret, after, clock.now()))).toEqual([false, true]);
    expect(isSigned(newer, { ...after, body: `${after.body} ` }, clock.now())).toBe(false);
  });

  it('put on record who did what', async () => {
    covers('webhooks/on-record');
    const { id } = await newHook();
    const tested = await ask(`POST ${at}/${id}/test`);
    await ask(`POST ${at}/${id}/deliveries/${String(tested.body['id'])}/replay`);
    await ask(`POST ${at}/${id}/replay`, { from: '2026-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' });
    await ask(`POST ${at}/${id}/rotate-secret`, { overlap_seconds: 0 });
    await ask(`PATCH ${at}/${id}`, { url: `${receiver.url}/hooks/secret-of-theirs` });
    await ask(`DELETE ${at}/${id}`);
    const events = await ask(`GET /api/v1/events?subject=webhook:${id}`);
    expect(Object(events.body).data.map(({ type }: { type: string }) => type)).toEqual([
      'webhook.deleted',
      'webhook.changed',
      'webhook.secret_rotated',
      'webhook.replayed',
      'webhook.delivery_replayed',
      'webhook.tested',
      'webhook.created',
    ]);
    expect(events.text).not.toContain('secret-of-theirs');
  });
});
