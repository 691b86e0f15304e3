import { beforeAll, expect, it } from 'vitest';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, startEndUserAsking } from '../support/end-user-asking.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson } from '../support/people.ts';

describeOnDatabases('a call that waits for an end user of an app', ({ migrated }) => {
  let asking: EndUserAsking;
  let ada: AppUser;
  let bea: AppUser;

  beforeAll(async () => {
    asking = await startEndUserAsking(await migrated());
    [ada, bea] = [await asking.addUser('u_1'), await asking.addUser('user/2@example')];
    return () => asking.gitlab.stop();
  });

  it('tells the agent that the app opens the page, at an address that shows nobody anything', async () => {
    covers('end-user-approvals/address', 'everywhere/15-needs-approval');
    const { body } = await asking.call(ada, asking.newIssue());
    const { publicUrl, call } = asking.plugboard;
    const url = `${publicUrl}/approve/${String(body['approval_id'])}`;
    const message = expect.stringContaining('decides this call in the app');
    expect(body).toEqual({ status: 'needs_approval', approval_id: expect.any(String), url, message });
    const look = (path: string, key: string) => call(`GET ${path}`, { key, headers: { accept: 'text/html' } });
    const pages = await Promise.all([
      ...[ada.token, asking.app, asking.decider, asking.owner.token, ''].map((key) => look(new URL(url).pathname, key)),
      look('/approve/0190a2b4-0000-7000-8000-000000000000', ''),
      look('/approve/nonsense', ''),
    ]);
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 403));
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(pages[0]?.text).toContain('Open this from your app');
  });

  it('is sent once when the app says that they approved it, and its result goes to the agent once', async () => {
    covers('end-user-approvals/nobody-else', 'everywhere/13-end-user');
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const approved = await asking.decide(id, ada);
    expect(approved.body).toMatchObject({
      status: 'done',
      end_user: { id: 'u_1' },
      decided_by_end_user: { id: 'u_1' },
    });
    expect(asking.sent(issue.title)).toBe(1);
    expect((await asking.call(ada, issue)).body).toMatchObject({ status: 'ok', output: { title: issue.title } });
    expect((await asking.call(ada, issue)).status).toBe(202);
    expect(asking.sent(issue.title)).toBe(1);
  });

  it('is told to an MCP client in words, and its result handed out by the approval', async () => {
    covers('end-user-approvals/address');
    const client = await mcpClient(asking.plugboard.publicUrl, bea.token, { headers: { prefer: 'respond-async' } });
    const issue = asking.newIssue();
    const waits = await client.callTool({ name: 'gitlab__create_issue', arguments: issue });
    expect(JSON.stringify(waits.content)).toMatch(/decides this call in the app.*Call the same tool/);
    const id = String(Object(waits.structuredContent)['approval_id']);
    await asking.decide(id, bea);
    const result = await client.callTool({ name: 'plugboard__get_result', arguments: { approval_id: id } });
    expect(JSON.stringify(result.content)).toContain(issue.title);
    await client.close();
  });

  it('is answered to a call that waits while the app decides', async () => {
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const waiting = asking.call(ada, issue, { query: '?wait=30' });
    await asking.decide(id, ada);
    expect((await waiting).body).toMatchObject({ status: 'ok', output: { title: issue.title } });
  });

  it('is never sent when they declined it, and the agent reads their note', async () => {
    const issue = asking.newIssue();
    const id = await asking.ask(bea, issue);
    const body = { note: 'Not today.', decided_by: { id: bea.id } };
    const declined = await asking.post(`/api/v1/approvals/${id}/decline`, asking.decider, body);
    expect(declined.body).toMatchObject({ status: 'declined', decided_by_end_user: { id: bea.id } });
    expect((await asking.call(bea, issue)).body).toMatchObject({ reason: 'declined', message: 'Not today.' });
    expect(asking.sent(issue.title)).toBe(0);
    expect(await asking.decide(id, bea)).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  });

  it('is decided by nobody who does not say which end user it was, and that it was this one', async () => {
    covers('end-user-approvals/names-the-end-user');
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    const approve = async (body?: object) =>
      (await asking.post(`/api/v1/approvals/${id}/approve`, asking.decider, body)).status;
    expect(await approve()).toBe(400);
    expect(await approve({ note: 'Yes.' })).toBe(400);
    for (const decided_by of ['u_1', {}, { id: '' }, { id: 1 }, { id: 'u_1', name: 'Ada' }, null])
      expect(await approve({ decided_by })).toBe(400);
    for (const named of [bea.id, 'nobody', 'U_1', ' u_1', ada.connection, 'a'.repeat(200)])
      expect(await approve({ decided_by: { id: named } })).toBe(403);
    expect(asking.sent(issue.title)).toBe(0);
    expect(await approve({ decided_by: { id: 'u_1' } })).toBe(200);
  });

  it('is decided with several others at once, each by whom it says', async () => {
    covers('end-user-approvals/names-the-end-user');
    const ids = [await asking.ask(ada), await asking.ask(bea), await asking.ask(ada)];
    const decisions = [
      { id: ids[0], decision: 'approve', decided_by: { id: 'u_1' } },
      { id: ids[1], decision: 'approve', decided_by: { id: 'u_1' } },
      { id: ids[2], decision: 'decline' },
    ];
    const { body } = await asking.post('/api/v1/approvals/decisions', asking.decider, { decisions });
    expect(body['data']).toMatchObject([
      { approval: { status: 'done' } },
      { error: { code: 'FORBIDDEN' } },
      { error: { code: 'BAD_REQUEST' } },
    ]);
  });

  it('is seen with its arguments by the key for deciding, in lists where it names the end user', async () => {
    covers('end-user-approvals/seen');
    const args = { ...asking.newIssue(), description: 'pay\u202Eload' };
    const id = await asking.ask(bea, args);
    expect((await asking.see(id)).body).toMatchObject({
      arguments: args,
      shown_arguments: { description: 'pay⟦U+202E⟧load' },
      has_invisible: true,
      end_user: { id: bea.id },
      connection: { id: bea.connection, account: 'ann', connector: 'gitlab' },
      may_decide: true,
      refusal: null,
    });
    expect(await idsFor(asking.decider)).toEqual([]);
    expect((await idsFor(asking.decider, bea.id))[0]).toBe(id);
    expect(await idsFor(asking.decider, 'u_1')).not.toContain(id);
    expect(await idsFor(asking.decider, 'nobody')).toEqual([]);
  });

  it('is seen by the token that asked, and by no other', async () => {
    covers('end-user-approvals/seen');
    const id = await asking.ask(ada);
    const refusal = expect.stringContaining('Only the end user');
    expect((await asking.see(id, ada.token)).body).toMatchObject({ id, may_decide: false, refusal });
    expect(await idsFor(ada.token)).toContain(id);
    expect(await idsFor(ada.token, bea.id)).toEqual([]);
    expect(await idsFor(bea.token)).not.toContain(id);
    for (const key of [bea.token, asking.app, asking.owner.token, asking.plugboard.adminKey]) {
      expect((await asking.see(id, key)).status).toBe(404);
      expect(await idsFor(key, 'u_1')).not.toContain(id);
    }
  });

  it('is one, whichever of their tokens asks, and its result goes to any of them', async () => {
    const other = { ...ada, token: await asking.mintToken('u_1') };
    const issue = asking.newIssue();
    const id = await asking.ask(ada, issue);
    expect(await asking.ask(other, issue)).toBe(id);
    await asking.decide(id, ada);
    expect((await asking.call(other, issue)).body).toMatchObject({ status: 'ok' });
  });

  it('is decided by people over a connection of the workspace that was named for the token', async () => {
    covers('end-user-approvals/named-connections');
    const shared = await installGitlab(asking.plugboard, asking.gitlab.url);
    const member = await addPerson(asking.plugboard, 'MEMBER');
    const named = { ...ada, connection: shared, token: await asking.mintToken('u_1', { connections: [shared] }) };
    const [issue, another] = [asking.newIssue(), asking.newIssue()];
    const asked = await asking.call(named, issue);
    const id = String(asked.body['approval_id']);
    expect(asked.body).toEqual({
      status: 'needs_approval',
      approval_id: id,
      url: `${asking.plugboard.publicUrl}/approvals/${id}`,
    });
    expect((await asking.decide(id, ada)).status).toBe(400);
    expect((await asking.post(`/api/v1/approvals/${id}/link`, asking.decider)).status).toBe(400);
    expect((await asking.see(id, bea.token)).status).toBe(404);
    expect((await asking.see(id, member.token)).body).toMatchObject({ may_decide: true, end_user: { id: 'u_1' } });
    expect((await asking.post(`/api/v1/approvals/${id}/approve`, member.token)).body).toMatchObject({
      status: 'done',
      decided_by_end_user: null,
    });
    expect(asking.sent(issue.title)).toBe(1);
    const agents = await asking.plugboard.mint({ by: member.token });
    const theirs = await asking.ask(named, another, { key: agents });
    expect((await asking.see(theirs, named.token)).status).toBe(404);
    expect(await idsFor(named.token)).not.toContain(theirs);
  });

  async function idsFor(key: string, endUser?: string): Promise<readonly string[]> {
    const query = endUser === undefined ? '' : `&end_user=${encodeURIComponent(endUser)}`;
    const { body } = await asking.plugboard.call(`GET /api/v1/approvals?limit=100&status=pending${query}`, { key });
    return Array.isArray(body['data']) ? body['data'].map(({ id }) => String(id)) : [];
  }
});
