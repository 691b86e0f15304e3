import { setTimeout } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { answering, answers, startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { deliveriesOf, type Happening, happen, makeWebhook, saidIn, untilDeliveries } from '../support/webhooks.ts';

const at = '/api/v1/webhooks';
const hour = 3_600_000;
const day = 24 * hour;

describeOnDatabases('events on their way to webhooks', ({ migrated }) => {
  const clock = heldClock();
  let plugboard: Plugboard;
  let elsewhere: Pick<Plugboard, 'call'>;
  let receiver: WebhookReceiver;
  let gitlab: GitlabEmulator;
  let hooks = 0;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { clock });
    elsewhere = await anotherWorkspace(plugboard);
    return async () => void (await Promise.all([receiver.stop(), gitlab.stop()]));
  });

  beforeEach(async () => {
    for (const { call } of [plugboard, elsewhere])
      for (const { id } of Object((await call(`GET ${at}`)).body).data) await call(`DELETE ${at}/${String(id)}`);
  });

  const newHook = async (events = ['connection.*'], api: Pick<Plugboard, 'call'> = plugboard) => {
    const path = `/hooks/${(hooks += 1)}`;
    return { path, ...(await makeWebhook(api, receiver.url + path, events)) };
  };
  const fail = (...happenings: Happening[]) => happen(plugboard.app.storage, plugboard.workspaceId, happenings);
  const see = async (id: string) => (await plugboard.call(`GET ${at}/${id}`)).body;
  const edit = (id: string, body: object) => plugboard.call(`PATCH ${at}/${id}`, { body });
  const reasonsAt = (path: string) => receiver.at(path).map((each) => saidIn(each).data['reason']);
  const arrived = (path: string, count: number) =>
    expect.poll(() => receiver.at(path).length, { timeout: 15_000, interval: 10 }).toBe(count);
  /** Lets the next attempt of what waits come. */
  const nextAttempt = async (path: string, count: number, ms: number) => {
    clock.forward(ms);
    await arrived(path, count);
  };
  /** Waits until it is written down that the only delivery of a webhook was tried so often. */
  const attempted = (id: string, attempts: number) =>
    expect.poll(() => deliveriesOf(plugboard, id), { timeout: 15_000, interval: 10 }).toMatchObject([{ attempts }]);

  describe('that are told', () => {
    it('say what happened to a connection, and stay as they were written', async () => {
      covers('webhooks/payload');
      const { id, path } = await newHook();
      receiver.answer(answers.hangsUp, path);
      const connection = await connectGitlab(plugboard, gitlab.url);
      await arrived(path, 1);
      const [first] = receiver.at(path);
      if (first === undefined) throw new Error('Nothing arrived.');
      expect(JSON.parse(first.body)).toEqual({
        type: 'connection.connected',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        data: { connection_id: connection, connector: 'gitlab', account: null, end_user: null },
      });
      receiver.answer(answers.taken, path);
      await plugboard.call(`DELETE /api/v1/connections/${connection}`);
      await nextAttempt(path, 3, 6_000);
      const [, again, revoked] = receiver.at(path);
      expect([again?.id, again?.body]).toEqual([first.id, first.body]);
      expect(revoked && saidIn(revoked)).toMatchObject({
        type: 'connection.revoked',
        data: { connection_id: connection, revocation_id: expect.any(String) },
      });
      const shown = await plugboard.call(`GET ${at}/${id}/deliveries/${first.id}`);
      expect(shown.body).toMatchObject({ payload: first.body, status: 'delivered', attempts: 2 });
    });

    it('say which approval waits for whom, and what was decided', async () => {
      covers('webhooks/approvals');
      const { path } = await newHook(['approval.*']);
      const connection = await connectGitlab(plugboard, gitlab.url);
      const key = await plugboard.mint();
      const call = (title: string) =>
        plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
          key,
          body: { arguments: { project: 'acme/api', title } },
        });
      const asked = [await call('One'), await call('Two')].map(({ body }) => String(body['approval_id']));
      await plugboard.call(`POST /api/v1/approvals/${asked[0]}/approve`, { body: { note: 'Go ahead.' } });
      await plugboard.call(`POST /api/v1/approvals/${asked[1]}/decline`);
      await arrived(path, 4);
      const said = receiver.at(path).map(saidIn);
      const of = (id: string | undefined) => said.filter(({ data }) => data['approval_id'] === id);
      expect(of(asked[0])).toMatchObject([
        {
          type: 'approval.requested',
          data: {
            connection_id: connection,
            connector: 'gitlab',
            end_user: null,
            url: `http://localhost:7400/approvals/${asked[0]}`,
            tool: 'create_issue',
            tool_label: 'Create issue',
            effect: 'write',
            destructive: false,
            requested_by: expect.stringMatching(/^key:/),
            expires_at: expect.any(String),
          },
        },
        { type: 'approval.decided', data: { decision: 'approved', note: 'Go ahead.', decided_by: 'workspace' } },
      ]);
      expect(of(asked[1]).at(-1)).toMatchObject({ type: 'approval.decided', data: { decision: 'declined' } });
    });
  });

  it('are tried again for about three days, under one id, and then failed', async () => {
    covers('webhooks/retried', 'webhooks/deliveries');
    const { id, path } = await newHook();
    receiver.answer(answering(500, {}, 'Out of order.'), path);
    await fail({ connection: 'a', reason: 'one' });
    await arrived(path, 1);
    await untilDeliveries(plugboard, id, { status: 'waiting', count: 1 });
    const started = clock.now();
    for (let attempts = 2; attempts <= 11; attempts += 1) {
      await attempted(id, attempts - 1);
      const [waiting] = await deliveriesOf(plugboard, id);
      expect(waiting).toMatchObject({ last_status_code: 500, last_answer: 'Out of order.' });
      const wait = Date.parse(waiting?.next_attempt_at ?? '') - clock.now();
      await nextAttempt(path, attempts, wait + 10);
    }
    expect(clock.now() - started).toBeGreaterThan(2.2 * day);
    expect(clock.now() - started).toBeLessThan(3.7 * day);
    await untilDeliveries(plugboard, id, { status: 'failed', count: 1 });
    const [failed] = await deliveriesOf(plugboard, id, '&type=connection.failed&status=failed');
    expect(failed).toMatchObject({ attempts: 11, next_attempt_at: null, last_error: 'It answered 500.' });
    expect(new Set(receiver.at(path).map((each) => each.id))).toEqual(new Set([failed?.id]));
    expect(await deliveriesOf(plugboard, id, '&type=connection.revoked')).toEqual([]);
    for (const query of ['status=lost', 'limit=101', 'cursor=mine', 'since=1'])
      expect((await plugboard.call(`GET ${at}/${id}/deliveries?${query}`)).status).toBe(400);
  });

  it('wait as long as a Retry-After says, a day at most', async () => {
    covers('webhooks/retry-after');
    const { id, path } = await newHook();
    const waitAfter = async (header: string, connection: string) => {
      receiver.answer(answering(429, { 'retry-after': header }), path);
      await fail({ connection, reason: header });
      const first = async () => (await deliveriesOf(plugboard, id)).find(({ subject }) => subject.endsWith(connection));
      await expect.poll(first, { interval: 10 }).toMatchObject({ attempts: 1 });
      return Date.parse((await first())?.next_attempt_at ?? '') - clock.now();
    };
    expect(await waitAfter('600', 'a')).toBeGreaterThan(598_000);
    expect(await waitAfter('9999999', 'b')).toBeLessThanOrEqual(day);
    expect(await waitAfter('0', 'c')).toBeGreaterThan(3_000);
    expect(await waitAfter('soon', 'd')).toBeLessThan(7_000);
  });

  it('arrive in their order for each connection, while others go on', async () => {
    covers('webhooks/order', 'webhooks/independent');
    const { path } = await newHook();
    const steady = await newHook();
    const isFailing = new Set(['a']);
    receiver.answer((response, received) => {
      const isOfA = String(saidIn(received).data['reason']).startsWith('a');
      (isOfA && isFailing.has('a') ? answering(500) : answers.taken)(response, received);
    }, path);
    const many = [1, 2, 3].flatMap((count) =>
      ['a', 'b', 'c'].map((connection) => ({ connection, reason: connection + count })),
    );
    await fail(...many);
    await arrived(steady.path, 9);
    await arrived(path, 7);
    expect(reasonsAt(path).filter((reason) => String(reason).startsWith('a'))).toEqual(['a1']);
    isFailing.clear();
    await nextAttempt(path, 10, 6_000);
    for (const connection of ['a', 'b', 'c'])
      expect([...new Set(reasonsAt(path))].filter((reason) => String(reason).startsWith(connection))).toEqual(
        [1, 2, 3].map((count) => connection + count),
      );
  });

  it('go on to others while a webhook hangs, four at a time', async () => {
    covers('webhooks/independent', 'webhooks/bounded');
    const hanging = await newHook();
    const quiet = await newHook(['connection.*'], elsewhere);
    receiver.answer(answers.never, hanging.path);
    const before = receiver.open.now;
    receiver.open.most = before;
    await fail(...Array.from({ length: 40 }, (_, index) => ({ connection: `hang-${index}`, reason: 'hang' })));
    await arrived(hanging.path, 4);
    const started = performance.now();
    await happen(plugboard.app.storage, await workspaceOf(elsewhere), [{ connection: 'q', reason: 'quiet' }]);
    await arrived(quiet.path, 1);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(receiver.open.most).toBeLessThanOrEqual(before + 5);
    await edit(hanging.id, { enabled: false });
  });

  const workspaceOf = async ({ call }: Pick<Plugboard, 'call'>) =>
    String(Object((await call('GET /api/v1/me')).body['caller'])['workspace_id']);

  describe('to a webhook that is', () => {
    it('gone are sent no more, and wait', async () => {
      covers('webhooks/gone', 'webhooks/waits');
      const { id, path } = await newHook();
      receiver.answer(answering(410), path);
      await fail({ connection: 'a', reason: 'one' });
      await expect.poll(() => see(id)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
      await untilDeliveries(plugboard, id, { status: 'failed', count: 1 });
      await fail({ connection: 'a', reason: 'two' }, { connection: 'b', reason: 'three' });
      await untilDeliveries(plugboard, id, { status: 'waiting', count: 2 });
      expect((await plugboard.call(`POST ${at}/${id}/replay`, { body: range(day) })).status).toBe(409);
      await setTimeout(800);
      expect(reasonsAt(path)).toEqual(['one']);
      receiver.answer(answers.taken, path);
      expect((await edit(id, { enabled: true })).body).toMatchObject({ enabled: true, disabled_at: null });
      await arrived(path, 3);
      expect(reasonsAt(path).toSorted()).toEqual(['one', 'three', 'two']);
    });

    it('failing for five days are sent no more, and the others are told', async () => {
      covers('webhooks/failing');
      const { id, path } = await newHook();
      const other = await newHook(['webhook.disabled']);
      receiver.answer(answering(502), path);
      await fail({ connection: 'a', reason: 'one' });
      await attempted(id, 1);
      expect(await see(id)).toMatchObject({ failing_since: expect.any(String), enabled: true });
      await nextAttempt(path, 2, 4.9 * day);
      await attempted(id, 2);
      expect(await see(id)).toMatchObject({ enabled: true, last_error: 'It answered 502.' });
      await nextAttempt(path, 3, 0.2 * day);
      await expect.poll(() => see(id)).toMatchObject({ enabled: false, disabled_reason: 'failing' });
      await arrived(other.path, 1);
      const [told] = receiver.at(other.path);
      expect(told && saidIn(told)).toMatchObject({
        type: 'webhook.disabled',
        data: { webhook_id: id, origin: receiver.url, reason: 'failing' },
      });
      const events = await plugboard.call(`GET /api/v1/events?subject=webhook:${id}&type=webhook.disabled`);
      expect(events.body['data']).toMatchObject([{ actor: 'system', data: { reason: 'failing' } }]);
    });

    it('failing now and then go on', async () => {
      covers('webhooks/failing');
      const { id, path } = await newHook();
      receiver.answer(answering(502), path);
      await fail({ connection: 'a', reason: 'one' });
      await attempted(id, 1);
      receiver.answer(answers.taken, path);
      await nextAttempt(path, 2, 6_000);
      await expect.poll(() => see(id)).toMatchObject({ failing_since: null, last_error: null });
      receiver.answer(answering(502), path);
      await fail({ connection: 'a', reason: 'two' });
      await expect.poll(() => see(id)).toMatchObject({ failing_since: expect.any(String) });
      await nextAttempt(path, 4, 4.9 * day);
      await expect
        .poll(async () => (await deliveriesOf(plugboard, id, '&status=waiting'))[0])
        .toMatchObject({ attempts: 2 });
      expect(await see(id)).toMatchObject({ enabled: true });
    });
  });

  /** Everything that happened since so long ago. */
  const range = (ms: number) => ({
    from: new Date(Date.now() - ms).toISOString(),
    to: new Date(Date.now() + ms).toISOString(),
  });

  describe('are sent once more', () => {
    it('one by one, under the same id', async () => {
      covers('webhooks/replay');
      const { id, path } = await newHook();
      receiver.answer(answering(500), path);
      await fail({ connection: 'a', reason: 'one' });
      await attempted(id, 1);
      const [waiting] = await deliveriesOf(plugboard, id);
      const replay = () => plugboard.call(`POST ${at}/${id}/deliveries/${waiting?.id}/replay`);
      receiver.answer(answers.taken, path);
      expect(await replay()).toMatchObject({ status: 202, body: { id: waiting?.id, status: 'waiting', attempts: 0 } });
      await untilDeliveries(plugboard, id, { status: 'delivered', count: 1 });
      expect((await replay()).body).toMatchObject({ status: 'waiting' });
      await arrived(path, 3);
      expect(new Set(receiver.at(path).map((each) => each.id + each.body)).size).toBe(1);
    });

    it('all of a time, those that failed or all of them', async () => {
      covers('webhooks/replay');
      const { id, path } = await newHook();
      const isBad = (reason: unknown) => Number(String(reason).slice(1)) % 2 === 0;
      receiver.answer((response, received) => {
        (isBad(saidIn(received).data['reason']) ? answering(410) : answers.taken)(response, received);
      }, path);
      const count = 120;
      await edit(id, { enabled: false });
      await fail(
        ...Array.from({ length: count }, (_, index) => ({ connection: `r${index % 7}`, reason: `n${index}` })),
      );
      await untilAllWait(id, count);
      receiver.answer(answers.taken, path);
      await edit(id, { enabled: true });
      await arrived(path, count);
      const replay = async (body: object) => plugboard.call(`POST ${at}/${id}/replay`, { body });
      expect(await replay({ ...range(hour), status: 'failed' })).toMatchObject({ status: 202, body: { count: 0 } });
      await untilSettled(id);
      expect(await replay({ ...range(hour), status: 'delivered' })).toMatchObject({ status: 202, body: { count } });
      await arrived(path, 2 * count);
      const second = receiver.at(path).slice(count);
      expect(new Set(second.map((each) => each.id)).size).toBe(count);
      for (let connection = 0; connection < 7; connection += 1) {
        const numbers = second.map((each) => Number(String(saidIn(each).data['reason']).slice(1)));
        const own = numbers.filter((number) => number % 7 === connection);
        expect(own).toEqual(own.toSorted((one, other) => one - other));
      }
      const { from, to } = range(hour);
      for (const body of [{ from: to, to: from }, { from }, { from: 'yesterday', to }, { from, to, status: 'waiting' }])
        expect((await replay(body)).status).toBe(400);
    });
  });

  const untilAllWait = (id: string, count: number) =>
    expect.poll(() => countOf(id, 'waiting'), { timeout: 20_000 }).toBe(count);
  const untilSettled = (id: string) => expect.poll(() => countOf(id, 'waiting'), { timeout: 20_000 }).toBe(0);
  const countOf = async (id: string, status: string) => {
    const rows = plugboard.app.storage.rows.selectFrom('webhook_deliveries').select('id');
    return (await rows.where('webhook_id', '=', id).where('status', '=', status).execute()).length;
  };
});
