import { beforeAll, beforeEach, expect, it } from 'vitest';
import { sweepApprovals } from '../../server/src/approvals/sweep-approvals.ts';
import { startWebhookReceiver } from '../emulators/webhook-receiver.ts';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, openApproval, startEndUserAsking } from '../support/end-user-asking.ts';
import { movableClock } from '../support/started-access.ts';
import { makeWebhook, saidIn } from '../support/webhooks.ts';

/** The answer to a decision that comes too late. */
const noLonger = { status: 409, body: { error: { code: 'CONFLICT', status: 'voided' } } };

describeOnDatabases('what holds for calls of end users, and what is on record of them', ({ migrated }) => {
  const clock = movableClock();
  let asking: EndUserAsking;
  let ada: AppUser;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated(), { clock });
    ada = await asking.addUser('u_1');
    return () => asking.gitlab.stop();
  });
  beforeEach(() => demand({ second_person: false, reads: 'run', writes: 'allow_unasked' }));

  const demand = async (policy: object): Promise<void> => {
    clock.move(1);
    const path = 'PATCH /api/v1/workspaces/default/policy';
    const changed = await asking.plugboard.call(path, { key: asking.owner.token, body: policy });
    if (changed.status !== 200) throw new Error(changed.text);
  };

  it('everything needed to show a call is on record when it is asked for, decided and too late, but its arguments', async () => {
    covers('end-user-approvals/events', 'end-user-approvals/on-record');
    const secret = 'only in the arguments';
    const [id, late] = [await asking.ask(ada, { project: 'acme/api', title: secret }), await asking.ask(ada)];
    const { decided_by: key } = (await asking.decide(id, ada, 'decline')).body;
    await sweepApprovals(asking.plugboard.app.storage, { now: () => Date.now() + 2 * 86_400_000 });
    const row = await rowOf('u_1');
    const about = {
      connection_id: ada.connection,
      connector: 'gitlab',
      tool: 'create_issue',
      tool_label: 'Create issue',
      effect: 'write',
      destructive: false,
      requested_by: `end_user:${row}`,
      end_user_id: row,
      expires_at: expect.any(String),
    };
    const target = expect.stringContaining('POST http');
    expect(await eventsOf(late)).toMatchObject([
      { type: 'approval.expired', actor: 'system', data: about },
      { type: 'approval.requested', actor: `end_user:${row}`, user_id: row, data: { ...about, target } },
    ]);
    const decided = { note: null, decided_by: key, decided_by_end_user: row };
    expect(await eventsOf(id)).toMatchObject([
      { type: 'approval.declined', actor: key, user_id: row, data: { ...about, ...decided } },
      { type: 'approval.requested' },
    ]);
    expect(JSON.stringify(await eventsOf(id))).not.toContain(secret);
  });

  it('what the end user decides on the page is on record as theirs, and the link as finished', async () => {
    covers('end-user-approvals/on-record');
    const id = await asking.ask(ada);
    const browser = await openApproval(asking, id);
    await browser.send(`/approve/${id}`, { decision: 'approve' });
    const row = await rowOf('u_1');
    const [settled, approved] = await eventsOf(id);
    expect(settled).toMatchObject({ type: 'approval.settled', data: { status: 'done' } });
    expect(approved).toMatchObject({
      type: 'approval.approved',
      actor: `end_user:${row}`,
      data: { decided_by: `end_user:${row}`, decided_by_end_user: row },
    });
    const { body } = await asking.plugboard.call('GET /api/v1/events?type=connect_link.finished');
    expect(body['data']).toMatchObject([{ user_id: row, data: { purpose: 'approve' } }]);
  });

  it('the app is told of it by a webhook, with everything to show it but what it is made with', async () => {
    covers('end-user-approvals/webhooks');
    const receiver = await startWebhookReceiver();
    const hook = await makeWebhook(asking.plugboard, `${receiver.url}/hook`, ['approval.*']);
    const issue = { project: 'acme/api', title: 'For nobody else' };
    const id = await asking.ask(ada, issue);
    await asking.decide(id, ada);
    await expect.poll(() => receiver.at('/hook').length, { timeout: 15_000 }).toBe(2);
    const about = {
      approval_id: id,
      connection_id: ada.connection,
      connector: 'gitlab',
      account: 'ann',
      end_user: { id: 'u_1' },
      url: `${asking.plugboard.publicUrl}/approve/${id}`,
      tool: 'create_issue',
      tool_label: 'Create issue',
      effect: 'write',
      destructive: false,
      requested_by: expect.stringMatching(/^end_user:/),
      expires_at: expect.any(String),
    };
    expect(receiver.at('/hook').map(saidIn)).toMatchObject([
      { type: 'approval.requested', data: about },
      { type: 'approval.decided', data: { ...about, decision: 'approved', decided_by: 'end_user' } },
    ]);
    expect(JSON.stringify(receiver.received)).not.toMatch(/For nobody else|acme/);
    await asking.plugboard.call(`DELETE /api/v1/webhooks/${hook.id}`);
    await receiver.stop();
  });

  it('a workspace that has reads ask has theirs ask, and no second person is wanted where there is none', async () => {
    covers('end-user-approvals/policy');
    await demand({ reads: 'ask', second_person: true });
    const path = `/api/v1/connections/${ada.connection}/tools/get_issue/call`;
    const read = () => asking.post(path, ada.token, { arguments: { project: 'acme/api', issue_iid: 1 } });
    const id = String((await read()).body['approval_id']);
    expect((await asking.see(id)).body).toMatchObject({ type: 'read', may_decide: true });
    expect((await asking.decide(id, ada)).body).toMatchObject({ status: 'done' });
    expect((await read()).body).toMatchObject({ status: 'ok' });
  });

  it('a second person decides over a connection of the workspace that was named for them', async () => {
    covers('end-user-approvals/policy', 'end-user-approvals/named-connections');
    await demand({ second_person: true });
    const shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    const token = await asking.mintToken('u_1', { connections: [shared] });
    const id = await asking.ask(ada, asking.newIssue(), { connection: shared, key: token });
    const approved = await asking.post(`/api/v1/approvals/${id}/approve`, asking.owner.token);
    expect(approved.body).toMatchObject({ status: 'done' });
  });

  it('a changed policy voids what waited', async () => {
    covers('end-user-approvals/policy', 'end-user-approvals/gone');
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    await demand({ approval_ttl: 3_600 });
    expect((await asking.decide(id, ada)).body).toMatchObject({ status: 'voided' });
    expect(asking.sent(issue.title)).toBe(0);
  });

  it('a token that is over voids nothing; the end user decides, not the token', async () => {
    const short = await asking.post('/api/v1/user-tokens', asking.app, { end_user: { id: 'u_1' }, expires_in: 60 });
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue, { key: String(short.body['token']) });
    clock.move(61_000);
    expect((await asking.decide(id, ada)).body).toMatchObject({ status: 'done' });
    expect(asking.sent(issue.title)).toBe(1);
  });

  it('nothing is sent over a connection that was revoked, or named by a token that was', async () => {
    covers('end-user-approvals/gone');
    const bea = await asking.addUser('u_2');
    const shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    const body = { end_user: { id: 'u_2' }, connections: [shared] };
    const minted = (await asking.post('/api/v1/user-tokens', asking.app, body)).body;
    const [own, named] = [asking.newIssue(), asking.newIssue()];
    const [first, second] = [
      await asking.ask(bea, own),
      await asking.ask(bea, named, { connection: shared, key: String(minted['token']) }),
    ];
    const remove = (path: string, key: string) => asking.plugboard.call(`DELETE ${path}`, { key });
    expect((await remove(`/api/v1/connections/${bea.connection}`, bea.token)).status).toBe(200);
    await remove(`/api/v1/user-tokens/${String(minted['id'])}`, asking.app);
    clock.move(2_000);
    expect(await asking.decide(first, bea)).toMatchObject(noLonger);
    expect((await asking.post(`/api/v1/approvals/${second}/approve`, asking.owner.token)).body).toMatchObject({
      status: 'voided',
    });
    expect([asking.sent(own.title), asking.sent(named.title)]).toEqual([0, 0]);
  });

  it('what waits over a connection is over with it, its asker is answered and the app told', async () => {
    covers('approvals/in-vain', 'end-user-approvals/gone', 'end-user-approvals/webhooks');
    const receiver = await startWebhookReceiver();
    const hook = await makeWebhook(asking.plugboard, `${receiver.url}/vain`, ['approval.expired']);
    const dan = await asking.addUser('u_3');
    const issue = asking.newIssue();
    const id = await asking.ask(dan, issue);
    const waiting = asking.call(dan, issue, { query: '?wait=30' });
    const filter = { end_user: 'u_3' };
    await untilCalled(id, 2);
    const begun = await asking.post('/api/v1/connections/revoke', asking.owner.token, { filter, confirm: true });
    expect(begun.status, begun.text).toBeLessThan(300);
    expect((await asking.see(id)).body).toMatchObject({ status: 'voided', decided_at: null });
    const row = await rowOf('u_3');
    expect((await eventsOf(id))[0]).toMatchObject({
      type: 'approval.voided',
      user_id: asking.owner.userId,
      data: { reason: 'connection_revoked', end_user_id: row },
    });
    expect((await waiting).body).toMatchObject({
      status: 'rejected',
      reason: 'voided',
      message: expect.stringContaining('was revoked before anybody decided'),
    });
    expect(await asking.decide(id, dan)).toMatchObject(noLonger);
    await expect.poll(() => receiver.at('/vain').length, { timeout: 15_000 }).toBe(1);
    const [told] = receiver.at('/vain').map(saidIn);
    expect(told).toMatchObject({ data: { approval_id: id, reason: 'connection_revoked', end_user: { id: 'u_3' } } });
    expect(asking.sent(issue.title)).toBe(0);
    await asking.plugboard.call(`DELETE /api/v1/webhooks/${hook.id}`);
    await receiver.stop();
  });

  it('nothing waits for an end user who is erased, over a connection of the workspace neither', async () => {
    covers('approvals/in-vain', 'end-users/erased');
    const eve = await asking.addUser('u_4');
    const shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    const key = await asking.mintToken('u_4', { connections: [shared] });
    const [own, named] = [asking.newIssue(), asking.newIssue()];
    const ids = [await asking.ask(eve, own), await asking.ask(eve, named, { connection: shared, key })];
    const waiting = asking.call(eve, named, { connection: shared, key, query: '?wait=30' });
    await untilCalled(String(ids[1]), 2);
    expect((await asking.plugboard.call('DELETE /api/v1/end-users/u_4', { key: asking.app })).status).toBe(200);
    for (const id of ids)
      expect((await eventsOf(id))[0]).toMatchObject({
        type: 'approval.voided',
        data: { reason: 'end_user_erased' },
      });
    expect((await waiting).body).toMatchObject({ status: 'rejected', reason: 'voided' });
    const decided = await asking.post(`/api/v1/approvals/${ids[1]}/approve`, asking.owner.token);
    expect(decided).toMatchObject(noLonger);
    expect([own, named].map(({ title }) => asking.sent(title))).toEqual([0, 0]);
  });

  it('nothing waits that was asked for while its connection was revoked', async () => {
    covers('approvals/in-vain');
    const fay = await asking.addUser('u_5');
    const ask = () => asking.call(fay, asking.newIssue());
    const first = Array.from({ length: 6 }, ask);
    const revoked = asking.plugboard.call(`DELETE /api/v1/connections/${fay.connection}`, { key: fay.token });
    const answers = await Promise.all([...first, ...Array.from({ length: 6 }, ask)]);
    expect((await revoked).status).toBe(200);
    for (const { status } of answers) expect([200, 202, 404]).toContain(status);
    const waiting = await asking.plugboard.app.storage.rows
      .selectFrom('approvals')
      .select('id')
      .where('connection_id', '=', fay.connection)
      .where('status', '=', 'pending')
      .execute();
    expect(waiting).toEqual([]);
  });

  it('an outcome that nobody knows is looked after by the app, which says who has seen it', async () => {
    covers('end-user-approvals/names-the-end-user');
    const id = await asking.ask(ada);
    await asking.plugboard.app.storage.transact((trx) =>
      trx.rows.updateTable('approvals').set({ status: 'outcome_unknown' }).where('id', '=', id).execute(),
    );
    const acknowledge = (body: object, key = asking.decider) =>
      asking.post(`/api/v1/approvals/${id}/acknowledge`, key, body);
    expect((await acknowledge({ note: 'Seen.' })).status).toBe(400);
    expect((await acknowledge({ decided_by: { id: 'u_2' } })).status).toBe(403);
    expect((await acknowledge({}, ada.token)).status).toBe(403);
    const seen = await acknowledge({ note: 'It was created.', decided_by: { id: 'u_1' } });
    expect(seen.body).toMatchObject({ status: 'outcome_unknown', acknowledgement_note: 'It was created.' });
    const [event] = await eventsOf(id);
    expect(event).toMatchObject({ type: 'approval.acknowledged', user_id: await rowOf('u_1') });
  });

  /** Waits until so many calls have come to this approval: the last of them waits for it. */
  function untilCalled(id: string, times: number): Promise<void> {
    const { calls, storage } = asking.plugboard.app;
    const called = async () => {
      await calls.flush();
      const rows = storage.rows.selectFrom('calls').select('id').where('approval_id', '=', id);
      return (await rows.execute()).length;
    };
    return expect.poll(called, { timeout: 15_000 }).toBe(times);
  }

  async function eventsOf(id: string): Promise<readonly Record<string, unknown>[]> {
    const { body } = await asking.plugboard.call(`GET /api/v1/events?subject=approval:${id}&limit=100`);
    return Array.isArray(body['data']) ? body['data'] : [];
  }

  async function rowOf(externalId: string): Promise<string> {
    const { rows } = asking.plugboard.app.storage;
    const row = await rows
      .selectFrom('end_users')
      .select('id')
      .where('external_id', '=', externalId)
      .executeTakeFirst();
    return row?.id ?? '';
  }
});
