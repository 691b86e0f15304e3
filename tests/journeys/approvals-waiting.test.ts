import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Asking, startAsking } from '../support/asking.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases('a call that waits for a person', ({ migrated }) => {
  let scene: Asking;
  beforeAll(async () => {
    scene = await startAsking(await migrated());
    return () => scene.gitlab.stop();
  });

  /** Waits, and the approval it waits for. */
  async function waiting(issue = scene.newIssue()) {
    const answer = scene.callAndWait(issue);
    return { issue, answer, approval: await scene.asked(issue.title) };
  }
  const anotherAsks = (issue: object) => scene.call(issue);

  it('is answered with its result as soon as a person approves', async () => {
    covers('approvals/waits');
    const { issue, answer, approval } = await waiting();
    expect((await scene.decide(approval)).body).toMatchObject({ status: 'done' });
    expect(await answer).toMatchObject({ status: 200, body: { status: 'ok', output: { title: issue.title } } });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('is told what the person said who declines', async () => {
    covers('approvals/waits');
    const { issue, answer, approval } = await waiting();
    await scene.plugboard.call(`POST /api/v1/approvals/${approval}/decline`, {
      key: scene.ann.token,
      body: { note: 'Not today.' },
    });
    expect((await answer).body).toMatchObject({ status: 'rejected', reason: 'declined', message: 'Not today.' });
    expect(scene.sent(issue.title)).toBe(0);
  });

  it('is told where the approval was void', async () => {
    const { issue, answer, approval } = await waiting();
    const path = `PATCH /api/v1/connections/${scene.connection}/tools/create_issue`;
    await scene.plugboard.call(path, { key: scene.ann.token, body: { disabled: true } });
    await scene.decide(approval);
    expect((await answer).body).toMatchObject({ status: 'rejected', reason: 'voided' });
    await scene.plugboard.call(path, { key: scene.ann.token, body: { disabled: false } });
    expect(scene.sent(issue.title)).toBe(0);
  });

  it('has its result, so that the same call is a new question', async () => {
    covers('approvals/once');
    const { issue, answer, approval } = await waiting();
    await scene.decide(approval);
    await answer;
    const again = await anotherAsks(issue);
    expect(again.status).toBe(202);
    expect(again.body['approval_id']).not.toBe(approval);
  });

  it('gets the result of what it waited for, also where five wait for the same', async () => {
    covers('approvals/once');
    const { issue, answer, approval } = await waiting();
    const others = [1, 2, 3, 4].map(() => scene.callAndWait(issue));
    await scene.decide(approval);
    for (const each of await Promise.all([answer, ...others]))
      expect(each.body).toMatchObject({ status: 'ok', output: { title: issue.title } });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('is on record once for the question and once for what was done', async () => {
    const { issue, answer, approval } = await waiting();
    await scene.decide(approval);
    await answer;
    await scene.plugboard.app.calls.flush();
    const { data } = (await scene.plugboard.call('GET /api/v1/calls?limit=100')).body;
    const calls = Array.isArray(data) ? data.filter((call) => call.approval_id === approval) : [];
    expect(calls.map(({ status, door }) => `${door} ${status}`).sort()).toEqual(['approval ok', 'rest needs_approval']);
    expect(scene.sent(issue.title)).toBe(1);
  });

  describe('who does not want to wait', () => {
    it.each([
      ['Prefer: respond-async', { headers: { prefer: 'respond-async' } }, 'respond-async'],
      ['?wait=0', { headers: { prefer: '' }, query: '?wait=0' }, undefined],
      ['Prefer: wait=0', { headers: { prefer: 'wait=0' } }, undefined],
      ['?wait=1', { headers: { prefer: '' }, query: '?wait=1' }, undefined],
      ['respond-async, wait=1', { headers: { prefer: 'respond-async, wait=1' } }, 'respond-async'],
    ])('is answered that it is pending: %s', async (_how, wish, applied) => {
      covers('approvals/at-once');
      const answer = await scene.call(scene.newIssue(), wish);
      expect(answer).toMatchObject({ status: 202, body: { status: 'needs_approval' } });
      expect(answer.headers['preference-applied']).toBe(applied);
    });

    it.each(['-1', '46', '1.5', 'soon', '0&wait=1'])('says so with a number of 0 to 45: ?wait=%s', async (wait) => {
      const answer = await scene.call(scene.newIssue(), { query: `?wait=${wait}` });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
    });

    it('waits up to 45 seconds, as far as anybody may', async () => {
      const issue = scene.newIssue();
      const answer = scene.call(issue, { query: '?wait=45' });
      await scene.decide(await scene.asked(issue.title));
      expect((await answer).body).toMatchObject({ status: 'ok' });
    });
  });

  it('that leaves leaves its approval, and gets the result when it comes back', async () => {
    covers('approvals/leaving');
    const issue = scene.newIssue();
    const leaving = new AbortController();
    const url = `${scene.plugboard.publicUrl}/api/v1/connections/${scene.connection}/tools/create_issue/call`;
    const answer = fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.agent}`, 'content-type': 'application/json' },
      body: JSON.stringify({ arguments: issue }),
      signal: leaving.signal,
    }).catch(() => 'left');
    const approval = await scene.asked(issue.title);
    leaving.abort();
    expect(await answer).toBe('left');
    expect((await scene.see(approval)).body).toMatchObject({ status: 'pending' });
    await scene.decide(approval);
    expect((await scene.call(issue)).body).toMatchObject({ status: 'ok', output: { title: issue.title } });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('is answered at once where its workspace has too many waiting, and waits again when there is room', async () => {
    covers('approvals/waiting-cap');
    const { waitingCalls } = scene.plugboard.app;
    const { signal } = new AbortController();
    const { workspaceId } = scene.plugboard;
    const waitingFor = (id: string) => waitingCalls.wait({ id, workspaceId, patienceMs: 60_000, signal });
    const all = Array.from({ length: 256 }, (_, number) => waitingFor(`other-${number}`));
    expect(all).not.toContain(undefined);
    const issue = scene.newIssue();
    expect((await scene.callAndWait(issue)).status).toBe(202);
    waitingCalls.tell('other-0');
    await all[0];
    const answer = scene.callAndWait(issue);
    // The place is taken again as soon as that call waits.
    for (let probe = waitingFor('probe'); probe; probe = waitingFor('probe')) {
      waitingCalls.tell('probe');
      await probe;
      await setTimeout(5);
    }
    await scene.decide(await scene.asked(issue.title));
    expect((await answer).body).toMatchObject({ status: 'ok' });
    for (let number = 1; number < 256; number += 1) waitingCalls.tell(`other-${number}`);
  });

  describe('a result that nobody waits for', () => {
    async function settled() {
      const issue = scene.newIssue();
      const approval = await scene.ask(issue);
      await scene.decide(approval);
      return { issue, approval };
    }

    it('is handed to one of two that fetch it at once; the other is a new question', async () => {
      covers('approvals/once');
      const { issue, approval } = await settled();
      const both = await Promise.all([scene.call(issue), scene.call(issue)]);
      expect(both.map(({ status }) => status).sort()).toEqual([200, 202]);
      const asked = both.find(({ status }) => status === 202);
      expect(asked?.body['approval_id']).not.toBe(approval);
      expect(scene.sent(issue.title)).toBe(1);
    });

    it('is nothing to another key, also of the same person', async () => {
      const { issue } = await settled();
      const other = await scene.plugboard.mint({ by: scene.ann.token });
      expect((await scene.call(issue, { key: other })).status).toBe(202);
      expect((await scene.call(issue)).body).toMatchObject({ status: 'ok' });
    });

    it('is fetched by the same call with the same Idempotency-Key, and replayed from then on', async () => {
      const issue = scene.newIssue();
      const keyed = { headers: { 'idempotency-key': crypto.randomUUID() } };
      const approval = await scene.ask(issue, keyed);
      expect((await scene.call(issue, keyed)).body['approval_id']).toBe(approval);
      await scene.decide(approval);
      const fetched = await scene.call(issue, keyed);
      expect(fetched.body).toMatchObject({ status: 'ok', output: { title: issue.title } });
      expect(await scene.call(issue, keyed)).toMatchObject({ status: 200, text: fetched.text });
      expect(scene.sent(issue.title)).toBe(1);
    });
  });
});

describeOnDatabases('a process that is asked to leave', ({ migrated }) => {
  it('answers who waits at once, and leaves the approval pending', async () => {
    covers('approvals/leaving');
    const database = await migrated();
    const scene = await startAsking(database);
    const issue = scene.newIssue();
    const answer = scene.callAndWait(issue);
    const approval = await scene.asked(issue.title);
    await scene.plugboard.stop();
    expect(await answer).toMatchObject({ status: 202, body: { approval_id: approval } });
    await scene.gitlab.stop();
  });
});
