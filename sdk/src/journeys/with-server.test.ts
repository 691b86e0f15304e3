import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { type Asking, startAsking } from '../../../tests/support/asking.ts';
import { connectGitlab } from '../../../tests/support/connect.ts';
import { describeOnDatabases } from '../../../tests/support/databases.ts';
import { startRelay } from '../testing/relay.ts';
import { createPlugboard, isPlugboardError, type Plugboard } from '../index.ts';

describeOnDatabases('the client and the server', ({ migrated }) => {
  let scene: Asking;
  let ann: Plugboard;
  let agent: Plugboard;
  let owner: Plugboard;

  beforeAll(async () => {
    scene = await startAsking(await migrated());
    const url = scene.plugboard.publicUrl;
    ann = createPlugboard({ url, key: scene.ann.token });
    agent = createPlugboard({ url, key: scene.agent });
    owner = createPlugboard({ url, key: scene.plugboard.adminKey });
    return () => scene.gitlab.stop();
  });

  const approvalOf = async (title: string): Promise<string> => {
    for (;;) {
      for await (const { id } of ann.approvals.list({ status: 'pending' }))
        if ((await ann.approvals.get(id)).arguments['title'] === title) return id;
      await setTimeout(20);
    }
  };

  it('says who is asking', async () => {
    const { caller, person } = await agent.me.get();
    expect(caller).toMatchObject({ key: { kind: 'agent' }, operator: false });
    expect(person?.id).toBe(scene.ann.userId);
  });

  it('connects, lists, renames and ends a connection', async () => {
    const { connection } = await ann.connections.create({ connectorSlug: 'gitlab', label: 'Second' });
    expect(connection).toMatchObject({ status: 'pending', label: 'Second' });
    const refused = ann.connections.credentials.submit(connection.id, {
      fields: { base_url: scene.gitlab.url, token: 'no' },
    });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_INPUT', status: 422 });
    expect((await ann.connections.update(connection.id, { label: 'Renamed' })).label).toBe('Renamed');
    expect((await ann.connections.list().all()).map(({ label }) => label)).toContain('Renamed');
    expect(await ann.connections.delete(connection.id)).toEqual({ deleted: true });
    const gone: unknown = await ann.connections.get(connection.id).catch((error: unknown) => error);
    if (!isPlugboardError(gone, 'NOT_FOUND')) throw gone;
    expect(gone.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('goes through pages, in the order of the server and each item once', async () => {
    for (const name of ['One', 'Two', 'Three', 'Four', 'Five']) await owner.apiKeys.create({ name });
    const inPages = await owner.apiKeys.list({ limit: 2 }).all();
    const atOnce = await owner.apiKeys.list({ limit: 100 }).page();
    expect(inPages).toEqual(atOnce.data);
    expect(inPages.length).toBeGreaterThan(5);
  });

  describe('a tool', () => {
    it('that reads runs', async () => {
      const outcome = await agent.connections.tools.call(scene.connection, 'list_issues', {
        arguments: { project: 'acme/api' },
      });
      if (outcome.status !== 'ok') throw new Error(outcome.status);
      expect(outcome.output).toBeDefined();
    });

    it('that writes waits for a person, and its caller has the result', async () => {
      const issue = scene.newIssue();
      const calling = agent.connections.tools.call(scene.connection, 'create_issue', { arguments: issue });
      await ann.approvals.approve(await approvalOf(issue.title), { note: 'Fine.' });
      expect(await calling).toMatchObject({ status: 'ok', output: { title: issue.title } });
    });

    it('that is not waited for is asked again later, and gives its result once', async () => {
      const issue = scene.newIssue();
      const tools = await agent.tools();
      const call = () => tools.call('gitlab__create_issue', issue, { wait: 0 });
      const waiting = await call();
      if (waiting.status !== 'needs_approval') throw new Error(waiting.status);
      expect(await call()).toMatchObject({ status: 'needs_approval', approval_id: waiting.approval_id });
      await ann.approvals.approve(waiting.approval_id);
      expect(await call()).toMatchObject({ status: 'ok', output: { title: issue.title } });
      expect(scene.sent(issue.title)).toBe(1);
    });

    it('that is declined says why', async () => {
      const issue = scene.newIssue();
      const calling = agent.connections.tools.call(scene.connection, 'create_issue', { arguments: issue });
      await ann.approvals.decline(await approvalOf(issue.title), { note: 'Not today.' });
      expect(await calling).toMatchObject({ status: 'rejected', reason: 'declined', message: 'Not today.' });
    });

    it('with wrong arguments says what is wrong with them', async () => {
      const outcome = await agent.connections.tools.call(scene.connection, 'create_issue', {
        arguments: { project: 7 },
      });
      if (outcome.status !== 'rejected') throw new Error(outcome.status);
      expect(outcome).toMatchObject({ reason: 'input' });
      expect(outcome.problems?.length).toBeGreaterThan(0);
    });

    it('that may be of several connections is an error with the choices', async () => {
      const other = await connectGitlab(scene.plugboard, scene.gitlab.url, { key: scene.ann.token, label: 'Other' });
      const error: unknown = await agent.connections.tools
        .call('_', 'gitlab_get_issue', { arguments: { project: 'acme/api', issue_iid: 1 } })
        .catch((reason: unknown) => reason);
      await ann.connections.delete(other);
      if (!isPlugboardError(error, 'CONFLICT')) throw error;
      expect(error.details.choices?.map(({ connection_id }) => connection_id)).toContain(other);
    });
  });

  it('lists the tools of a caller, those of some connectors, and none that is switched off', async () => {
    const tools = await agent.tools({ connectors: ['gitlab'] });
    expect([...tools].map(({ name }) => name)).toContain('gitlab__list_issues');
    expect(await agent.tools({ connectors: ['gitlab', 'github'] })).toMatchObject({ missing: ['github'] });
    expect((await agent.tools({ connectors: ['github'] })).list).toEqual([]);
    await ann.connections.tools.update(scene.connection, 'list_issues', { disabled: true });
    expect((await agent.tools()).list.map(({ name }) => name)).not.toContain('gitlab__list_issues');
    await ann.connections.tools.update(scene.connection, 'list_issues', { disabled: false });
    await expect(tools.call('gitlab__nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('does a write once whose answer was lost on the way', async () => {
    covers('sdk/once');
    const relay = await startRelay(scene.plugboard.publicUrl);
    const lossy = createPlugboard({ key: scene.plugboard.adminKey, url: relay.url });
    relay.loseAnswers(1);
    const slug = `once-${Date.now()}`;
    const created = await lossy.crews.create({ slug, name: 'Once' });
    expect((await owner.crews.list().all()).filter((crew) => crew.slug === slug)).toEqual([
      expect.objectContaining({ id: created.id }),
    ]);
    expect(relay.requests).toBe(2);
    await relay.stop();
  });

  it('reads a stream of lines to its end, and server-sent events', async () => {
    const lines: unknown[] = [];
    for await (const line of owner.events.export()) lines.push(line);
    expect(lines.at(-1)).toHaveProperty('end');
    const events = [];
    for await (const event of owner.audit.verifyStream({})) events.push(event);
    expect(events.at(-1)?.data).toMatchObject({ ok: true });
    expect(await owner.audit.verify({})).toMatchObject({ ok: true });
  });

  it('hands files over and back, byte for byte', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(5_000));
    const file = await ann.files.upload(bytes, { query: { name: 'noise.bin' } });
    const back = await ann.files.content.download(file.id);
    expect(new Uint8Array(await back.arrayBuffer())).toEqual(bytes);
    await ann.files.delete(file.id);
  });

  it('reaches the API behind a connection, and hands on what it answers', async () => {
    const found = await ann.proxy(scene.connection, '/user');
    expect(await found.json()).toHaveProperty('username');
    const missing = await ann.proxy(scene.connection, 'projects/nobody%2Fnothing');
    expect([missing.status, missing.headers.get('x-plugboard-answer')]).toEqual([404, 'provider']);
    await expect(ann.proxy('nothing-here', '/user')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells what is wrong in the dialect of the tool connections too', async () => {
    const error: unknown = await ann.v1.tools.connectors
      .connect('gitlab', { name: 'x', access_scope: 'personal', version: '0.0.0', security: { authMethod: 'basic' } })
      .catch((reason: unknown) => reason);
    if (!isPlugboardError(error, 'INVALID_INPUT')) throw error;
    expect(error.details.problems?.[0]).toMatchObject({
      path: expect.stringMatching(/^\//),
      message: expect.any(String),
    });
  });

  it('names the workspace that is meant', async () => {
    await expect(owner.crews.list({}, { workspace: 'nowhere' }).page()).rejects.toMatchObject({ status: 403 });
    const { data } = await owner.crews.list({}, { workspace: 'default' }).page();
    expect(data.length).toBeGreaterThan(0);
  });
});
