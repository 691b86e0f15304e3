import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startWaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { type Asking, startAsking } from '../support/asking.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { newId } from '../../server/src/lib/ids.ts';

interface Verdict {
  readonly id: string;
  readonly decision: 'approve' | 'decline';
  readonly note?: string;
}

const page = z.object({ data: z.array(z.object({ id: z.uuid() })), next_cursor: z.string().nullable() });

describeOnDatabases('many approvals', ({ migrated }) => {
  let scene: Asking;
  let shared: string;
  beforeAll(async () => {
    scene = await startAsking(await migrated());
    shared = await installGitlab(scene.plugboard, scene.gitlab.url);
    return () => scene.gitlab.stop();
  });

  const decide = (decisions: readonly object[], key = scene.ann.token) =>
    scene.plugboard.call('POST /api/v1/approvals/decisions', { key, body: { decisions } });
  const approve = (id: string): Verdict => ({ id, decision: 'approve' });

  it('are decided in one request, in order, each with its own outcome', async () => {
    covers('approvals/batch');
    const issues = [scene.newIssue(), scene.newIssue(), scene.newIssue()];
    const ids: string[] = [];
    for (const issue of issues) ids.push(await scene.ask(issue));
    const [first = '', second = '', third = ''] = ids;
    const { status, body } = await decide([
      approve(third),
      { id: second, decision: 'decline', note: 'No.' },
      approve(first),
    ]);
    expect(status).toBe(200);
    expect(body['data']).toMatchObject([
      { id: third, approval: { status: 'done' } },
      { id: second, approval: { status: 'declined', note: 'No.' } },
      { id: first, approval: { status: 'done' } },
    ]);
    const sent = scene.gitlab.requests('POST', '/issues').map((request) => JSON.stringify(request.body));
    expect(sent.slice(-2).map((text) => issues.findIndex(({ title }) => text.includes(title)))).toEqual([2, 0]);
  });

  it('are decided by themselves: one that is refused keeps no other from being decided', async () => {
    covers('approvals/batch', 'approvals/state');
    const [issue, other] = [scene.newIssue(), scene.newIssue()];
    const [done, good] = [await scene.ask(issue), await scene.ask(other)];
    await scene.decide(done);
    const nowhere = newId();
    const foreign = await scene.ask(scene.newIssue(), {
      connection: await connectGitlab(scene.plugboard, scene.gitlab.url, { label: 'Admin alone' }),
      key: await scene.plugboard.mint(),
    });
    const { body } = await decide([approve(done), approve(nowhere), approve(foreign), approve(good), approve(good)]);
    expect(body['data']).toMatchObject([
      { id: done, error: { code: 'CONFLICT', status: 'done' } },
      { id: nowhere, error: { code: 'NOT_FOUND' } },
      { id: foreign, error: { code: 'NOT_FOUND' } },
      { id: good, approval: { status: 'done' } },
      { id: good, error: { code: 'CONFLICT', status: 'done' } },
    ]);
    expect(scene.sent(other.title)).toBe(1);
  });

  it('take the same rights as one', async () => {
    covers('approvals/batch');
    const id = await scene.ask(scene.newIssue());
    expect((await decide([approve(id)], scene.agent)).status).toBe(403);
    const asker = await scene.ann.signIn();
    const own = await scene.ask(scene.newIssue(), { key: asker });
    expect((await decide([approve(own)], asker)).body['data']).toMatchObject([{ error: { code: 'FORBIDDEN' } }]);
    expect((await scene.see(own)).body).toMatchObject({ status: 'pending' });
  });

  it('are 1 to 50', async () => {
    covers('approvals/batch');
    expect((await decide([])).status).toBe(400);
    const verdicts = Array.from({ length: 51 }, () => approve(newId()));
    expect((await decide(verdicts)).status).toBe(400);
    const most = await decide(verdicts.slice(1));
    expect(most.status).toBe(200);
    expect(most.body['data']).toHaveLength(50);
    expect((await decide([{ id: newId(), decision: 'maybe' }])).status).toBe(400);
  });

  it('are listed by status, connection, tool and requester', async () => {
    covers('approvals/list');
    const other = await scene.plugboard.mint({ by: scene.ann.token });
    const [pending, noted, elsewhere] = [
      await scene.ask(scene.newIssue(), { key: other }),
      await scene.ask({ project: 'acme/api', issue_iid: 1, body: 'x' }, { key: other, tool: 'add_issue_note' }),
      await scene.ask(scene.newIssue(), { key: other, connection: shared }),
    ];
    await scene.decide(elsewhere, 'decline');
    const { body } = await scene.see(pending);
    const requester = String(body['requested_by']);
    const ids = async (query: string) => {
      const answer = await scene.plugboard.call(`GET /api/v1/approvals?limit=100&${query}`, { key: scene.ann.token });
      return page.parse(answer.body).data.map(({ id }) => id);
    };
    const mine = `requester=${requester}`;
    expect(await ids(mine)).toEqual([elsewhere, noted, pending]);
    expect(await ids(`${mine}&status=pending`)).toEqual([noted, pending]);
    expect(await ids(`${mine}&status=declined`)).toEqual([elsewhere]);
    expect(await ids(`${mine}&tool=add_issue_note`)).toEqual([noted]);
    expect(await ids(`${mine}&connection=${shared}`)).toEqual([elsewhere]);
    expect(await ids(`${mine}&connection=${scene.connection}&tool=create_issue&status=pending`)).toEqual([pending]);
    expect(await ids(`requester=${scene.ann.userId}`)).toEqual(expect.arrayContaining([pending, noted, elsewhere]));
    expect(await ids(`requester=${newId()}`)).toEqual([]);
    for (const query of ['requester=somebody', 'connection=gitlab', 'status=lost', 'tool='])
      expect((await scene.plugboard.call(`GET /api/v1/approvals?${query}`)).status).toBe(400);
  });

  it('are full pages to whoever may see only some of them', async () => {
    covers('approvals/list');
    const others = await connectGitlab(scene.plugboard, scene.gitlab.url, { label: 'Not for Ann' });
    const key = await scene.plugboard.mint();
    const seen: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const connection = count % 2 === 0 ? others : shared;
      const id = await scene.ask(scene.newIssue(), { key, connection });
      if (connection === shared) seen.unshift(id);
    }
    const listed = await scene.plugboard.call('GET /api/v1/approvals?limit=3', { key: scene.ann.token });
    expect(page.parse(listed.body).data.map(({ id }) => id)).toEqual(seen);
  });

  it('are seen while they are carried out, and decided by nobody then', async () => {
    covers('approvals/state');
    const slow = await startWaitingGitlab();
    const connection = await connectGitlab(scene.plugboard, slow.url, { key: scene.ann.token, label: 'Slow' });
    const id = await scene.ask(scene.newIssue(), { connection });
    const approving = scene.decide(id);
    await slow.arrived();
    expect((await scene.see(id)).body).toMatchObject({ status: 'executing', may_decide: false, outcome: null });
    for (const verb of ['approve', 'decline'] as const) {
      expect(await scene.decide(id, verb)).toMatchObject({
        status: 409,
        body: { error: { code: 'CONFLICT', status: 'executing' } },
      });
    }
    await slow.stop();
    expect((await approving).body).toMatchObject({ status: 'outcome_unknown' });
    expect((await scene.decide(id)).body).toMatchObject({ error: { status: 'outcome_unknown' } });
  });
});
