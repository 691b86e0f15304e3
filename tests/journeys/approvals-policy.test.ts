import { beforeAll, beforeEach, expect, it } from 'vitest';
import { sweepApprovals } from '../../server/src/approvals/sweep-approvals.ts';
import { type Asking, startAsking } from '../support/asking.ts';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { movableClock } from '../support/started-access.ts';

const path = '/api/v1/workspaces/default/policy';
const usual = {
  writes: 'allow_unasked',
  destructive: 'as_writes',
  reads: 'run',
  approval_ttl: 86_400,
  second_person: false,
};

describeOnDatabases('the policy of a workspace', ({ migrated }) => {
  const clock = movableClock();
  let scene: Asking;
  let shared: string;
  let bold: string;
  beforeAll(async () => {
    scene = await startAsking(await migrated(), { clock });
    shared = await installGitlab(scene.plugboard, scene.gitlab.url);
    bold = await scene.plugboard.mint({ by: scene.ann.token, scopes: ['tools:call', 'tools:write_unasked'] });
    return () => scene.gitlab.stop();
  });

  const change = (body: object) => {
    clock.move(1);
    return scene.plugboard.call(`PATCH ${path}`, { body });
  };
  beforeEach(async () => {
    await change(usual);
  });
  const read = { project: 'acme/api', issue_iid: 1 };
  const note = { project: 'acme/api', issue_iid: 1, note_id: 1 };
  const eventsOf = async (subject: string) => {
    const { data } = (await scene.plugboard.call(`GET /api/v1/events?subject=${subject}&limit=100`)).body;
    return Array.isArray(data) ? data.map(({ type }) => String(type)) : [];
  };

  it('leaves everything as usual until somebody changes it', async () => {
    covers('approvals/policy');
    expect((await scene.plugboard.call(`GET ${path}`)).body).toMatchObject(usual);
    expect((await scene.call(scene.newIssue(), { key: bold })).body).toMatchObject({ status: 'ok' });
    expect((await scene.call(read, { tool: 'get_issue' })).body).toMatchObject({ status: 'ok' });
  });

  it('has every write ask, whatever a key was granted', async () => {
    covers('approvals/policy');
    expect((await change({ writes: 'ask' })).body).toMatchObject({ ...usual, writes: 'ask' });
    const issue = scene.newIssue();
    await scene.decide(await scene.ask(issue, { key: bold }));
    expect((await scene.call(issue, { key: bold })).body).toMatchObject({ status: 'ok' });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('has what destroys ask, and lets other writes run that may', async () => {
    covers('approvals/policy');
    await change({ destructive: 'always_ask' });
    const deleting = { key: bold, tool: 'delete_issue_note' };
    const id = await scene.ask(note, deleting);
    expect((await scene.see(id)).body).toMatchObject({ destructive: true });
    expect((await scene.call(scene.newIssue(), { key: bold })).body).toMatchObject({ status: 'ok' });
    await change({ destructive: 'as_writes' });
    expect((await scene.call(note, deleting)).status).toBe(200);
  });

  it('has reads ask, too', async () => {
    covers('approvals/policy');
    await change({ reads: 'ask' });
    await scene.decide(await scene.ask(read, { tool: 'get_issue' }));
    expect((await scene.call(read, { tool: 'get_issue' })).body).toMatchObject({ status: 'ok' });
  });

  it('wants a second person for shared connections, and leaves personal ones to their owners', async () => {
    covers('approvals/policy');
    await change({ second_person: true });
    const bob = await addPerson(scene.plugboard, 'MEMBER');
    const id = await scene.ask(scene.newIssue(), { connection: shared });
    for (const key of [scene.ann.token, await scene.ann.signIn()]) {
      expect((await scene.see(id, key)).body).toMatchObject({
        may_decide: false,
        refusal: expect.stringContaining('second person'),
      });
      expect((await scene.decide(id, 'approve', key)).status).toBe(403);
    }
    expect((await scene.decide(id, 'approve', bob.token)).body).toMatchObject({ status: 'done' });
    expect((await scene.decide(await scene.ask(scene.newIssue()))).body).toMatchObject({ status: 'done' });
  });

  it('raises its version with every change, on record, and voids what waits', async () => {
    covers('approvals/policy-loosening', 'approvals/voided');
    const issue = scene.newIssue();
    const id = await scene.ask(issue);
    const before = await scene.plugboard.call(`GET ${path}`);
    const after = await change({ approval_ttl: 7200 });
    expect(after.body['version']).toBe(Number(before.body['version']) + 1);
    const subject = `workspace:${scene.plugboard.workspaceId}`;
    const events = await eventsOf(subject);
    expect(events[0]).toBe('workspace.policy_changed');
    expect((await scene.decide(id)).body).toMatchObject({ status: 'voided' });
    expect(scene.sent(issue.title)).toBe(0);
    expect((await scene.see(id)).body['outcome']).toMatchObject({ status: 'rejected', reason: 'voided' });
    expect((await scene.decide(id)).body).toMatchObject({ error: { code: 'CONFLICT', status: 'voided' } });

    expect((await change({ approval_ttl: 7200 })).body).toEqual(after.body);
    expect(await eventsOf(subject)).toEqual(events);
  });

  it.each([
    [{ approval_ttl: 300 }, 200],
    [{ approval_ttl: 299 }, 400],
    [{ approval_ttl: 604_800 }, 200],
    [{ approval_ttl: 604_801 }, 400],
    [{ approval_ttl: 300.5 }, 400],
    [{ writes: 'never' }, 400],
    [{ second_person: 'yes' }, 400],
    [{}, 400],
    [{ writes: 'ask', nothing: 1 }, 400],
  ])('takes %j with a %i', async (body, status) => {
    covers('approvals/expiry');
    expect((await change(body)).status).toBe(status);
  });

  it('says how long a call waits before it expires, to the millisecond, which is on record once', async () => {
    covers('approvals/expiry');
    await change({ approval_ttl: 300 });
    const issue = scene.newIssue();
    const id = await scene.ask(issue);
    const { created_at: created, expires_at: expires } = (await scene.see(id)).body;
    expect(Date.parse(String(expires)) - Date.parse(String(created))).toBe(300_000);
    const sweep = () => sweepApprovals(scene.plugboard.app.storage, clock);
    clock.move(299_999);
    await sweep();
    expect((await scene.see(id)).body).toMatchObject({ status: 'pending' });
    clock.move(1);
    expect((await scene.see(id)).body).toMatchObject({ status: 'expired', may_decide: false });
    expect((await scene.decide(id)).body).toMatchObject({ error: { code: 'CONFLICT', status: 'expired' } });
    await Promise.all([sweep(), sweep()]);
    expect(await eventsOf(`approval:${id}`)).toEqual(['approval.expired', 'approval.requested']);
    expect(await scene.ask(issue)).not.toBe(id);
  });

  it('lets a call expire before anybody swept, on record too, when it is asked again', async () => {
    covers('approvals/expiry');
    const issue = scene.newIssue();
    const id = await scene.ask(issue);
    clock.move(86_400_000);
    expect(await scene.ask(issue)).not.toBe(id);
    expect(await eventsOf(`approval:${id}`)).toEqual(['approval.expired', 'approval.requested']);
  });

  it('keeps a result for the same call for a day, and then the call is a new question', async () => {
    covers('approvals/once');
    const [early, late] = [scene.newIssue(), scene.newIssue()];
    for (const issue of [early, late]) await scene.decide(await scene.ask(issue));
    clock.move(86_399_999);
    expect((await scene.call(early)).body).toMatchObject({ status: 'ok' });
    clock.move(1);
    expect((await scene.call(late)).status).toBe(202);
    expect(scene.sent(late.title)).toBe(1);
  });
});
