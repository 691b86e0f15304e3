import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('calling a tool over REST', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let connection: string;
  let bold: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    connection = await connectGitlab(plugboard, gitlab.url);
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    return () => gitlab.stop();
  });

  const call = (where: string, tool: string, args: object = {}) =>
    plugboard.call(`POST /api/v1/connections/${where}/tools/${tool}/call`, { key: bold, body: { arguments: args } });
  const issue = { project: 'acme/api', issue_iid: 1 };

  it.each([
    ['the id of the connection and the name of the tool', () => connection, 'get_issue'],
    ['the handle', () => 'gitlab', 'get_issue'],
    ['the tool with its connector’s name before it', () => 'gitlab', 'gitlab_get_issue'],
  ])('finds it by %s', async (_how, where, tool) => {
    covers('everywhere/15-ok', 'everywhere/16-names');
    expect(await call(where(), tool, issue)).toMatchObject({
      status: 200,
      body: { status: 'ok', output: { title: 'Login fails' } },
    });
  });

  it.each([
    ['a connection nobody has', 'nonesuch', 'get_issue'],
    ['an id nobody has', '01a1fdcb-9688-78de-bd0a-52a5e0fe23df', 'get_issue'],
    ['a tool the connection lacks', 'gitlab', 'fly'],
  ])('is a 404 for %s', async (_what, where, tool) => {
    covers('everywhere/15-unknown-tool');
    expect(await call(where, tool)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  });

  it('is a 409 with the choices where several connections fit, and never a guess', async () => {
    covers('everywhere/15-ambiguous');
    const fields = { base_url: gitlab.url, token: gitlabTokens.valid };
    const others: string[] = [];
    for (const label of ['Other', 'Third']) others.push(await connect(plugboard, ['gitlab', fields], { label }));
    await plugboard.call(`PATCH /api/v1/connections/${connection}`, { body: { label: 'First' } });
    const sent = gitlab.ledger.length;
    expect((await call('gitlab', 'get_issue', issue)).status).toBe(200);
    await plugboard.call(`DELETE /api/v1/connections/${connection}`);
    const answer = await call('gitlab', 'get_issue', issue);
    expect(answer).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'CONFLICT',
          choices: others.map((id, index) => ({
            connection_id: id,
            handle: `gitlab-${index + 2}`,
            label: ['Other', 'Third'][index],
            account: 'ann',
          })),
        },
      },
    });
    expect(gitlab.ledger.length - sent).toBe(1);
    for (const id of others) await plugboard.call(`DELETE /api/v1/connections/${id}`);
    connection = await connectGitlab(plugboard, gitlab.url);
  });

  it('tells every problem of the arguments by its place, and sends nothing', async () => {
    covers('everywhere/15-input');
    const sent = gitlab.ledger.length;
    const answer = await call(connection, 'get_issue', { project: 7, issue_iid: 'one', extra: true });
    expect(answer).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'input' } });
    expect(answer.text).toContain('"path":"/project"');
    expect(answer.text).toContain('"path":"/issue_iid"');
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it.each([
    ['unavailable', { status: 'unavailable' }],
    ['rate_limit', { status: 'rejected', reason: 'rate_limit', retry_after: 7 }],
    ['bad_gateway', { status: 'unavailable' }],
  ] as const)('understands what the provider says to a read: %s', async (how, outcome) => {
    covers('everywhere/15-rejected', 'everywhere/15-unavailable');
    const own = await connectGitlab(plugboard, gitlab.url, { label: how });
    gitlab.next(how);
    expect(await call(own, 'get_issue', issue)).toMatchObject({ status: 200, body: outcome });
  });

  it('is unavailable where the provider breaks a read off again and again', async () => {
    covers('everywhere/15-unavailable');
    gitlab.next('reset', 'reset');
    expect((await call(connection, 'get_issue', issue)).body).toMatchObject({ status: 'unavailable' });
  });

  it('is unknown where the provider breaks a write off, which is never sent again', async () => {
    covers('everywhere/15-unknown');
    const sent = gitlab.requests('POST', '/issues').length;
    gitlab.next('reset_after_work');
    const answer = await call(connection, 'create_issue', { project: 'acme/api', title: 'Cut off' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'outcome_unknown' } });
    expect(gitlab.requests('POST', '/issues')).toHaveLength(sent + 1);
    expect((await plugboard.call('GET /api/v1/calls?limit=1')).body).toMatchObject({
      data: [{ tool: 'create_issue', status: 'outcome_unknown' }],
    });
  });

  it('is rejected for its scope where the credential may not do it, and for auth where it no longer holds', async () => {
    covers('everywhere/15-rejected');
    const fields = { base_url: gitlab.url, token: gitlabTokens.readOnly };
    const readOnly = await connect(plugboard, ['gitlab', fields], { label: 'Read-only' });
    const write = { project: 'acme/api', title: 'Not allowed' };
    expect((await call(readOnly, 'create_issue', write)).body).toMatchObject({ status: 'rejected', reason: 'scope' });
    gitlab.allow('glpat-for-a-while-01');
    const passing = { base_url: gitlab.url, token: 'glpat-for-a-while-01' };
    const lapsed = await connect(plugboard, ['gitlab', passing], { label: 'Lapsed' });
    gitlab.state.tokens.delete('glpat-for-a-while-01');
    expect((await call(lapsed, 'get_issue', issue)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
  });

  it('gives a connection up whose credential no longer holds, and sends nothing more with it', async () => {
    gitlab.allow('glpat-given-up-01234');
    const fields = { base_url: gitlab.url, token: 'glpat-given-up-01234' };
    const lapsed = await connect(plugboard, ['gitlab', fields], { label: 'Given up' });
    gitlab.state.tokens.delete('glpat-given-up-01234');
    await call(lapsed, 'get_issue', issue);
    const record = async () => (await plugboard.call(`GET /api/v1/connections/${lapsed}`)).body;
    while ((await record())['status'] === 'connected') await setTimeout(50);
    expect(await record()).toMatchObject({ status: 'auth_failed', statusReason: expect.stringContaining('401') });
    const sent = gitlab.ledger.length;
    expect((await call(lapsed, 'get_issue', issue)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('is rejected while the connection still waits for its credentials', async () => {
    covers('everywhere/15-rejected');
    await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'gitlab', label: 'Waiting' } });
    const { items } = (await plugboard.call('GET /api/v1/connections')).body;
    const id = Array.isArray(items) ? String(items[0].id) : '';
    expect((await call(id, 'get_issue', issue)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
  });

  it.each([
    ['lacks tools:call', { scopes: ['tools:read'] as const }],
    ['belongs to a VIEWER', { role: 'VIEWER' as const }],
  ])('is a 403 for a key that %s', async (_what, wish) => {
    const key = await plugboard.mint({ kind: 'person', ...wish });
    const path = `POST /api/v1/connections/${connection}/tools/get_issue/call`;
    expect((await plugboard.call(path, { key, body: { arguments: issue } })).status).toBe(403);
  });
});
