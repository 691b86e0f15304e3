import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('approving what an agent asks for', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let ann: Person;
  let bob: Person;
  let personal: string;
  let shared: string;
  let agent: string;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    [ann, bob] = await Promise.all([addPerson(plugboard, 'MEMBER'), addPerson(plugboard, 'MEMBER')]);
    personal = await connectGitlab(plugboard, gitlab.url, { key: ann.token });
    shared = await installGitlab(plugboard, gitlab.url);
    agent = await plugboard.mint({ by: ann.token });
    return () => gitlab.stop();
  });

  const newIssue = () => ({ project: 'acme/api', title: `Issue ${(count += 1)}` });
  const call = (connection: string, args: object, key = agent) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
      key,
      body: { arguments: args },
    });
  const ask = async (connection: string, args: object = newIssue(), key = agent) => {
    const asked = await call(connection, args, key);
    expect(asked.status).toBe(202);
    return String(asked.body['approval_id']);
  };
  const approve = (id: string, key: string, body?: object) =>
    plugboard.call(`POST /api/v1/approvals/${id}/approve`, { key, ...(body && { body }) });
  const see = (id: string, key: string) => plugboard.call(`GET /api/v1/approvals/${id}`, { key });
  const created = (title: string) =>
    gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title));

  it('tells the agent that it waits, and where a person decides', async () => {
    covers('everywhere/15-needs-approval');
    const asked = await call(personal, newIssue());
    expect(asked.body).toEqual({
      status: 'needs_approval',
      approval_id: expect.any(String),
      url: `http://localhost:7400/approvals/${String(asked.body['approval_id'])}`,
    });
  });

  it('shows the person who may decide exactly what would be sent and where', async () => {
    const args = { ...newIssue(), description: 'x'.repeat(3000), labels: 'a,b' };
    const id = await ask(personal, args);
    expect((await see(id, ann.token)).body).toMatchObject({
      status: 'pending',
      tool: 'create_issue',
      type: 'write',
      target: `POST ${gitlab.url}/api/v4/projects/acme%2Fapi/issues`,
      arguments: args,
      may_decide: true,
      refusal: null,
      connection: { id: personal, account: 'ann' },
    });
  });

  it('shows the agent its own call, and why it may not decide it', async () => {
    const { body } = await see(await ask(personal), agent);
    expect(body).toMatchObject({ may_decide: false, refusal: expect.stringContaining('approvals:decide') });
  });

  it('sends the call once when its owner approves, and hands the result to the agent once', async () => {
    covers('everywhere/13-who-decides', 'everywhere/13-personal', 'everywhere/15-ok');
    const issue = newIssue();
    const id = await ask(personal, issue);
    const approved = await approve(id, ann.token, { note: 'Go ahead.' });
    expect(approved).toMatchObject({ status: 200, body: { status: 'done', note: 'Go ahead.', may_decide: false } });
    expect(created(issue.title)).toHaveLength(1);
    expect((await call(personal, issue)).body).toMatchObject({ status: 'ok', output: { title: issue.title } });
    expect((await call(personal, issue)).status).toBe(202);
    expect(created(issue.title)).toHaveLength(1);
  });

  it('is done also where the provider turns the approved call down, and the agent reads why', async () => {
    const issue = { project: 'acme/nothing', title: 'Nowhere' };
    const id = await ask(personal, issue);
    expect((await approve(id, ann.token)).body).toMatchObject({ status: 'done' });
    expect((await call(personal, issue)).body).toMatchObject({
      status: 'rejected',
      reason: 'input',
      message: expect.stringContaining('404 Project Not Found'),
    });
  });

  it('never sends what a person declined', async () => {
    const issue = newIssue();
    const id = await ask(personal, issue);
    const declined = await plugboard.call(`POST /api/v1/approvals/${id}/decline`, {
      key: ann.token,
      body: { note: 'We have that one.' },
    });
    expect(declined.body).toMatchObject({ status: 'declined', note: 'We have that one.' });
    expect((await approve(id, ann.token)).status).toBe(409);
    expect((await call(personal, issue)).body).toMatchObject({
      status: 'rejected',
      reason: 'declined',
      message: 'We have that one.',
    });
    expect(created(issue.title)).toEqual([]);
  });

  it('asks once however often the agent calls, and anew for another call or another agent', async () => {
    const issue = newIssue();
    const other = await plugboard.mint({ by: ann.token });
    const ids = await Promise.all([ask(personal, issue), ask(personal, issue), ask(personal, { ...issue })]);
    expect(new Set(ids).size).toBe(1);
    expect(await ask(personal, newIssue())).not.toBe(ids[0]);
    expect(await ask(personal, issue, other)).not.toBe(ids[0]);
  });

  it('lets another member decide a call on a connection of the workspace', async () => {
    covers('everywhere/13-who-decides');
    const id = await ask(shared);
    expect((await see(id, bob.token)).body).toMatchObject({ may_decide: true });
    expect((await approve(id, bob.token)).body).toMatchObject({ status: 'done' });
  });

  it('lets nobody but its owner decide a call on a personal connection', async () => {
    covers('everywhere/13-personal');
    const id = await ask(personal);
    for (const key of [bob.token, plugboard.adminKey, (await addPerson(plugboard, 'OWNER')).token])
      expect((await approve(id, key)).status).toBe(404);
    expect((await approve(id, ann.token)).status).toBe(200);
  });

  it('lets a VIEWER decide nothing', async () => {
    const viewer = await addPerson(plugboard, 'VIEWER');
    expect((await approve(await ask(shared), viewer.token)).status).toBe(403);
  });

  it.each(['person', 'app'] as const)('lets a %s key that a person made for it decide', async (kind) => {
    covers('everywhere/13-who-decides');
    const decider = await plugboard.mint({ by: ann.token, kind, scopes: ['approvals:decide'] });
    expect((await approve(await ask(personal), decider)).body).toMatchObject({ status: 'done' });
  });

  it('lets the first admin key decide for keys it minted', async () => {
    covers('everywhere/13-not-the-asker');
    const minted = await plugboard.mint();
    expect((await approve(await ask(shared, newIssue(), minted), plugboard.adminKey)).status).toBe(200);
  });

  it('asks nobody where the key writes unasked, and writes it down like every call', async () => {
    covers('everywhere/14-unasked');
    const bold = await plugboard.mint({ by: ann.token, scopes: ['tools:call', 'tools:write_unasked'] });
    const issue = newIssue();
    expect((await call(personal, issue, bold)).body).toMatchObject({ status: 'ok' });
    expect(created(issue.title)).toHaveLength(1);
    expect((await plugboard.call('GET /api/v1/calls?limit=1')).body).toMatchObject({
      data: [{ tool: 'create_issue', status: 'ok', approval_id: null }],
    });
  });

  it('asks also an owner in person', async () => {
    covers('everywhere/14-ask-or-run');
    const owner = await addPerson(plugboard, 'OWNER');
    expect((await call(shared, newIssue(), owner.token)).status).toBe(202);
  });

  it('lists what waits, page by page, to whoever may see it', async () => {
    covers('everywhere/9-stable');
    const wanted = [await ask(personal), await ask(personal), await ask(personal)];
    const seen: string[] = [];
    for (let cursor = ''; seen.length < 3 || cursor !== '';) {
      const page = await plugboard.call(`GET /api/v1/approvals?status=pending&limit=2${cursor}`, { key: ann.token });
      const { data, next_cursor: next } = page.body;
      if (!Array.isArray(data)) throw new Error(page.text);
      seen.push(...data.map(({ id }) => String(id)));
      cursor = typeof next === 'string' ? `&cursor=${next}` : '';
      if (cursor === '') break;
    }
    expect(seen).toEqual([...new Set(seen)].sort().toReversed());
    expect(seen.slice(0, 3)).toEqual(wanted.toReversed());
    expect((await plugboard.call('GET /api/v1/approvals?limit=100', { key: bob.token })).text).not.toContain(wanted[0]);
  });
});
