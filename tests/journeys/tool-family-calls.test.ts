import { beforeAll, describe, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { desk } from '../support/desk.ts';
import { placesIn } from '../support/named-connections.ts';
import { addPerson } from '../support/people.ts';
import { type ApiRequest, type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('calling an operation as contract 000 does', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ desk })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let connection: string;
  let bold: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    connection = await connect(plugboard, ['desk', { base_url: gitlab.url, token: gitlabTokens.valid }]);
    bold = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    return () => gitlab.stop();
  });

  const invoke = (where: string, body: unknown = {}, request: ApiRequest = {}) =>
    plugboard.call(`POST /v1/tools/connectors/${where}`, { body, ...request });
  const at = (operation: string) => `desk/connections/${connection}/${operation}`;
  const tickets = { path_params: { project: 'acme/api' }, query_params: { size: 5 } };
  const ticket = { path_params: { project: 'acme/api' }, body_params: { title: 'From a call' } };

  it('answers what the provider answered, whole and as it came', async () => {
    covers('000/invoke');
    const header = { header_params: { trace: 't-9' } };
    const answer = await invoke(at('list_tickets'), { ...tickets, ...header });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-plugboard-answer': 'provider' },
    });
    expect(JSON.parse(answer.text)[0]).toMatchObject({ title: expect.any(String), iid: expect.any(Number) });
    expect(gitlab.ledger.at(-1)).toMatchObject({ headers: { 'x-trace': 't-9' }, path: expect.stringContaining('=5') });
  });

  it('answers what the provider answered to a write that runs unasked', async () => {
    covers('000/invoke', '000/invoke-policy');
    const answer = await invoke(at('create_ticket'), ticket, { key: bold });
    expect(answer).toMatchObject({ status: 201, body: { title: 'From a call' } });
  });

  it('answers the refusals of the provider, too, and logs them as such', async () => {
    covers('000/invoke');
    const lost = { ...tickets, path_params: { project: 'acme/nowhere' } };
    const answer = await invoke(at('list_tickets'), lost);
    expect(answer).toMatchObject({
      status: 404,
      headers: { 'x-plugboard-answer': 'provider' },
      body: { message: '404 Project Not Found' },
    });
    expect((await plugboard.call('GET /api/v1/calls?limit=1')).body).toMatchObject({
      data: [{ tool: 'list_tickets', status: 'rejected', reason: 'input' }],
    });
  });

  it.each([
    ['the id of the connection', () => `desk/connections/${connection}/list_tickets`],
    ['its handle', () => 'desk/connections/desk/list_tickets'],
    ['an underscore in the place of the connector', () => `_/connections/${connection}/list_tickets`],
    ['the operation with its connector’s name', () => `_/connections/desk/desk_list_tickets`],
  ])('finds it by %s', async (_how, where) => {
    covers('000/invoke-connector', '000/operation-names');
    expect(await invoke(where(), tickets)).toMatchObject({
      status: 200,
      headers: { 'x-plugboard-answer': 'provider' },
    });
  });

  it.each([
    ['another connector than the connection’s', () => `gitlab/connections/${connection}/list_tickets`],
    ['a connector nobody has', () => `nonesuch/connections/${connection}/list_tickets`],
    ['a connection nobody has', () => `desk/connections/${crypto.randomUUID()}/list_tickets`],
    ['a handle nobody has', () => 'desk/connections/nonesuch/list_tickets'],
    ['an operation nobody has', () => at('fly')],
  ])('is a 404 for %s, before anything is said of the body', async (_what, where) => {
    covers('000/invoke-connector');
    expect(await invoke(where(), { no_field: 1 })).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
  });

  it('takes no id of a connector for a connection', async () => {
    covers('000/invoke-connector');
    const first = await connectGitlab(plugboard, gitlab.url);
    await connectGitlab(plugboard, gitlab.url, { label: 'Second' });
    await plugboard.call(`DELETE /api/v1/connections/${first}`);
    expect((await invoke('gitlab/connections/gitlab/list_projects')).status).toBe(404);
    expect((await invoke('gitlab/connections/gitlab-2/list_projects')).status).toBe(200);
  });

  it('is a 404 for somebody else’s personal connection', async () => {
    covers('000/invoke-connector');
    const bob = await addPerson(plugboard, 'MEMBER');
    expect((await invoke(at('list_tickets'), tickets, { key: bob.token })).status).toBe(404);
  });

  describe('asks and refuses like any call:', () => {
    it('a write waits for a person and then tells what came of it', async () => {
      covers('000/invoke-policy');
      const key = await plugboard.mint();
      const sent = gitlab.ledger.length;
      const body = { ...ticket, body_params: { title: 'Approved' } };
      const asked = await invoke(at('create_ticket'), body, { key });
      expect(asked).toMatchObject({ status: 202, body: { status: 'needs_approval', url: expect.any(String) } });
      expect(gitlab.ledger).toHaveLength(sent);
      await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
      const told = await invoke(at('create_ticket'), body, { key });
      expect(told).toMatchObject({ status: 200, body: { status: 'ok', output: { title: 'Approved' } } });
      expect(gitlab.ledger).toHaveLength(sent + 1);
    });

    it('a tool that is switched off is rejected', async () => {
      covers('000/invoke-policy');
      const toggle = (disabled: boolean) =>
        plugboard.call(`PATCH /api/v1/connections/${connection}/tools/list_tickets`, { body: { disabled } });
      await toggle(true);
      expect(await invoke(at('list_tickets'), tickets)).toMatchObject({
        status: 200,
        body: { status: 'rejected', reason: 'disabled' },
      });
      await toggle(false);
    });

    it('a key without the scope is a 403', async () => {
      covers('000/invoke-policy');
      const key = await plugboard.mint({ kind: 'person', scopes: ['tools:read'] });
      expect((await invoke(at('list_tickets'), tickets, { key })).status).toBe(403);
    });
  });

  it.each([
    ['flat arguments', { project: 'acme/api', size: 5 }, ['project: value_error', 'size: value_error']],
    ['a group that is none', { ...tickets, query_params: [1] }, ['query_params: value_error']],
    [
      'a parameter in another group',
      { body_params: { project: 'acme/api' }, query_params: { size: 5 } },
      ['body_params.project: value_error'],
    ],
    [
      'what does not fit',
      { ...tickets, query_params: { size: 'five', status: 'lost' } },
      ['query_params.size: value_error', 'query_params.status: value_error'],
    ],
    ['what is missing', { path_params: { project: 'acme/api' } }, ['query_params.size: missing']],
    ['an argument nobody knows', { ...tickets, body_params: { colour: 'red' } }, ['body_params.colour: value_error']],
    [
      'a path that leads elsewhere',
      { ...tickets, path_params: { project: '..' } },
      ['path_params.project: value_error'],
    ],
    ['a list', ['no object'], [': value_error']],
  ])('refuses %s with a 422 that says where, and sends nothing', async (_what, body, places) => {
    covers('000/invoke-input');
    const sent = gitlab.ledger.length;
    const answer = await invoke(at('list_tickets'), body);
    expect(answer.status).toBe(422);
    expect(placesIn(answer).toSorted()).toEqual(places.toSorted());
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('refuses what is no JSON with a 422', async () => {
    covers('000/invoke-input');
    const headers = { 'content-type': 'application/json' };
    const { host } = new URL(plugboard.app.config.publicUrl);
    const response = await plugboard.server.inject({
      method: 'POST',
      url: `/v1/tools/connectors/${at('list_tickets')}`,
      headers: { ...headers, host, 'x-api-key': plugboard.adminKey },
      payload: '{"cut off',
    });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ detail: [{ type: 'json_invalid' }] });
  });

  it('passes a rate limit on with the time to come back', async () => {
    covers('000/invoke-retry-after');
    const fields = { base_url: gitlab.url, token: gitlabTokens.valid };
    const limited = await connect(plugboard, ['desk', fields], { label: 'Limited' });
    gitlab.next('rate_limit');
    const operation = `desk/connections/${limited}/list_tickets`;
    expect(await invoke(operation, tickets)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7', 'x-plugboard-answer': 'provider' },
      body: { message: 'Retry later' },
    });
    const held = await invoke(operation, tickets);
    expect(held).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'rate_limit' } });
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(0);
    expect(held.headers).not.toHaveProperty('x-plugboard-answer');
    await plugboard.call(`DELETE /api/v1/connections/${limited}`);
  });

  it('passes on that the provider is down', async () => {
    covers('000/invoke');
    gitlab.next('unavailable');
    expect(await invoke(at('list_tickets'), tickets)).toMatchObject({
      status: 503,
      body: { message: 'Down for maintenance' },
    });
  });

  it('is a 502 where the provider does not answer, and outcome_unknown for a write that was cut off', async () => {
    covers('000/invoke-unavailable');
    gitlab.next('reset', 'reset');
    const read = await invoke(at('list_tickets'), tickets);
    expect(read).toMatchObject({ status: 502, body: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
    expect(read.headers).not.toHaveProperty('x-plugboard-answer');
    for (const how of ['reset_after_work', 'bad_gateway'] as const) {
      gitlab.next(how);
      const write = await invoke(at('create_ticket'), ticket, { key: bold });
      expect(write).toMatchObject({ status: 200, body: { status: 'outcome_unknown' } });
    }
  });

  it('gives a connection up that the provider no longer takes, and then says so itself', async () => {
    covers('000/invoke', '000/invoke-policy');
    gitlab.allow('glpat-for-a-while-77');
    const fields = { base_url: gitlab.url, token: 'glpat-for-a-while-77' };
    const lapsed = await connect(plugboard, ['gitlab', fields], { label: 'Lapsed' });
    gitlab.state.tokens.delete('glpat-for-a-while-77');
    const where = `gitlab/connections/${lapsed}/list_projects`;
    expect(await invoke(where)).toMatchObject({ status: 401, headers: { 'x-plugboard-answer': 'provider' } });
    const after = async () => (await invoke(where)).body;
    await expect.poll(after, { timeout: 10_000 }).toMatchObject({ status: 'rejected', reason: 'auth' });
  });

  it('answers the result of an MCP server’s tool as JSON, its errors included', async () => {
    covers('000/invoke-mcp');
    const server = await startEchoMcp();
    const echo = await connect(plugboard, ['everything', { url: server.endpoint }]);
    const call = (tool: string) =>
      invoke(`everything/connections/${echo}/${tool}`, { body_params: { message: 'hello' } }, { key: bold });
    const content = (text: string) => [{ type: 'text', text }];
    expect(await call('echo')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'x-plugboard-answer': 'provider' },
      body: { content: content('Echo: hello') },
    });
    expect(await call('everything_fail')).toMatchObject({
      status: 200,
      body: { isError: true, content: content('There is no such message.') },
    });
    await server.stop();
    expect(await call('echo')).toMatchObject({ status: 502, body: { error: { code: 'PROVIDER_UNAVAILABLE' } } });
  });

  it('replays the answer of the provider to the same Idempotency-Key', async () => {
    covers('everywhere/10-replay');
    const headers = { 'idempotency-key': crypto.randomUUID() };
    const sent = gitlab.requests('POST', '/issues').length;
    const first = await invoke(at('create_ticket'), ticket, { key: bold, headers });
    const again = await invoke(at('create_ticket'), ticket, { key: bold, headers });
    expect(again).toMatchObject({
      status: 201,
      text: first.text,
      headers: { 'content-type': 'application/json', 'x-plugboard-answer': 'provider', 'idempotent-replayed': 'true' },
    });
    expect(gitlab.requests('POST', '/issues')).toHaveLength(sent + 1);
  });
});
