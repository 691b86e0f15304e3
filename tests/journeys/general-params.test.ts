import { beforeAll, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { desk } from '../support/desk.ts';
import { loose } from '../support/loose-database.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { connectedNamed } from '../support/named-connections.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';

type Param = readonly [location: 'path' | 'query' | 'header' | 'cookie', name: string, value: string | null];

describeOnDatabases('general parameters of a connection (000)', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ desk })];
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await migrated(), { catalogDirs });
    return () => gitlab.stop();
  });

  const generalParams = (params: readonly Param[]) =>
    params.map(([location, name, value]) => ({ name, description: `The ${name}`, location, value }));
  const connect = (params: readonly Param[], more: object = {}) =>
    connectedNamed(plugboard, 'desk', {
      name: `Desk ${crypto.randomUUID()}`,
      security: { authMethod: 'apiKey', apiKey: gitlabTokens.valid, base_url: gitlab.url },
      general_params: generalParams(params),
      ...more,
    });
  const call = (id: string, args: object, tool = 'list_tickets') =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { body: { arguments: args } });
  const last = () => {
    const entry = gitlab.ledger.at(-1);
    if (!entry) throw new Error('Nothing was sent.');
    return { ...entry, url: new URL(entry.path, gitlab.url) };
  };

  it('are put into every call, where they say', async () => {
    covers('000/params-sent');
    const id = await connect([
      ['path', 'project', 'acme/api'],
      ['query', 'state', 'closed'],
      ['query', 'view', 'a b&c'],
      ['query', 'locale', 'de'],
      ['header', 'X-TRACE', 't-1'],
      ['header', 'X-Workspace', 'w-1'],
      ['cookie', 'region', 'eu'],
      ['cookie', 'tier', '1'],
    ]);
    expect((await call(id, { size: 5 })).body).toMatchObject({ status: 'ok' });
    const { url, headers } = last();
    expect(url.pathname).toBe('/api/v4/projects/acme%2Fapi/issues');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      state: 'closed',
      per_page: '5',
      view: 'a b&c',
      locale: 'de',
    });
    expect(headers).toMatchObject({ 'x-trace': 't-1', 'x-workspace': 'w-1', cookie: 'region=eu; tier=1' });
  });

  it('vanish from what the tool takes, wherever it is listed', async () => {
    covers('000/params-hidden', '000/operations-of-connection');
    const id = await connect([
      ['path', 'project', 'acme/api'],
      ['query', 'per_page', '5'],
    ]);
    const { handle } = (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
    const operation = await plugboard.call(`GET /v1/tools/connectors/desk/operations/list_tickets?connection_id=${id}`);
    const operations = await plugboard.call(`GET /v1/tools/connectors/desk/operations?connection_id=${id}`);
    const tools = await plugboard.call('GET /api/v1/tools');
    const client = await mcpClient(plugboard.publicUrl, plugboard.adminKey);
    const listed = (await client.listTools()).tools.find(({ name }) => name === `${String(handle)}__list_tickets`);
    await client.close();
    const schemas = [
      operation.body['input_schema'],
      oneOf(operations.body, 'operation', 'list_tickets')['input_schema'],
      oneOf(tools.body, 'name', `${String(handle)}__list_tickets`)['input_schema'],
      listed?.inputSchema,
    ];
    for (const schema of schemas) {
      expect(schema).toMatchObject({ type: 'object', required: [], additionalProperties: false });
      expect(isRecord(schema) && Object.keys(Object(schema['properties']))).toEqual(['status', 'labels', 'trace']);
    }
    expect(operation.body).toMatchObject({
      path_params: { properties: {}, required: [] },
      query_params: { properties: { status: {}, labels: {} }, required: [] },
    });
  });

  it('leave the schema of the connector, and of its other connections, as it is', async () => {
    covers('000/params-hidden');
    await connect([['path', 'project', 'acme/api']]);
    const plain = await connect([]);
    for (const query of ['', `?connection_id=${plain}`]) {
      const { body } = await plugboard.call(`GET /v1/tools/connectors/desk/operations/list_tickets${query}`);
      expect(body).toMatchObject({ input_schema: { required: ['project', 'size'] } });
    }
  });

  it('stay an input without a value', async () => {
    covers('000/params-null');
    const id = await connect([
      ['path', 'project', null],
      ['query', 'view', null],
      ['header', 'x-workspace', null],
    ]);
    expect((await call(id, { size: 5 })).body).toMatchObject({ status: 'rejected', reason: 'input' });
    expect((await call(id, { size: 5, project: 'acme/api' })).body).toMatchObject({ status: 'ok' });
    expect(last().url.searchParams.has('view')).toBe(false);
    expect(last().headers).not.toHaveProperty('x-workspace');
  });

  it('arrive as what the tool takes: a number, a list', async () => {
    covers('000/params-types');
    const id = await connect([
      ['query', 'per_page', '7'],
      ['query', 'labels', 'bug,urgent'],
    ]);
    expect((await call(id, { project: 'acme/api' })).body).toMatchObject({ status: 'ok' });
    expect(Object.fromEntries(last().url.searchParams)).toMatchObject({ per_page: '7', labels: 'bug,urgent' });
  });

  it.each<readonly [string, Param]>([
    ['is no number', ['query', 'per_page', 'many']],
    ['is too large', ['query', 'per_page', '1000']],
    ['is none of the choices', ['query', 'status', 'lost']],
    ['would leave its part of the path', ['path', 'project', '../../user']],
  ])('reject every call where one %s, in words about the connection', async (_what, param) => {
    covers('000/params-types');
    const id = await connect([param]);
    const sent = gitlab.ledger.length;
    const all = { project: 'acme/api', size: 5 };
    const args = Object.fromEntries(
      Object.entries(all).filter(([name]) => name !== param[1] && (name !== 'size' || param[1] !== 'per_page')),
    );
    const { body, text } = await call(id, args);
    expect(body).toMatchObject({ status: 'rejected', reason: 'input', message: expect.stringContaining('connection') });
    expect(text).not.toContain(String(param[2]));
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('come after what proves who we are and the headers of the connection, and before the manifest’s', async () => {
    covers('000/params-precedence');
    const params: readonly Param[] = [
      ['header', 'X-Edition', 'general'],
      ['header', 'X-Tenant', 'general'],
    ];
    const id = await connect(params, { headers: { 'x-tenant': 'connection' } });
    await call(id, { project: 'acme/api', size: 5 });
    expect(last().headers).toMatchObject({
      'x-edition': 'general',
      'x-tenant': 'connection',
      authorization: `Bearer ${gitlabTokens.valid}`,
    });
  });

  it('go with an approved call, which is shown and bound with them', async () => {
    covers('000/params-approved');
    const agent = await plugboard.mint();
    const id = await connect([
      ['path', 'project', 'acme/api'],
      ['query', 'dry', 'no'],
    ]);
    const ask = (title: string) =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/create_ticket/call`, {
        key: agent,
        body: { arguments: { title } },
      });
    const approve = async (title: string) => {
      const path = `/api/v1/approvals/${String((await ask(title)).body['approval_id'])}`;
      const shown = await plugboard.call(`GET ${path}`);
      expect(shown.body).toMatchObject({ arguments: { title }, target: expect.stringContaining('acme%2Fapi/issues?') });
      return () => plugboard.call(`POST ${path}/approve`);
    };
    const first = await approve('With parameters');
    expect((await first()).body).toMatchObject({ status: 'done' });
    expect(last()).toMatchObject({ method: 'POST', body: { title: 'With parameters' } });
    expect(last().url.searchParams.get('dry')).toBe('no');
    const second = await approve('Retargeted');
    const settings = JSON.stringify({ generalParams: generalParams([['path', 'project', 'acme/web']]) });
    const sent = gitlab.ledger.length;
    await loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ settings, generation: 99 })
      .where('id', '=', id)
      .execute();
    expect((await second()).body).toMatchObject({ status: 'voided' });
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('are arguments of an MCP server’s tools, and headers of every request to it', async () => {
    covers('000/params-sent', '000/params-hidden', '000/params-not-overridden');
    const server = await startEchoMcp();
    const id = await connectedNamed(plugboard, 'everything', {
      name: 'Echo',
      target_system_servers: [{ url: server.endpoint }],
      general_params: generalParams([
        ['query', 'message', 'always this'],
        ['query', 'ms', '1'],
        ['header', 'X-Workspace', 'w-1'],
        ['cookie', 'region', 'eu'],
      ]),
    });
    expect(server.requests.every(({ headers }) => headers['x-workspace'] === 'w-1')).toBe(true);
    const { body } = await plugboard.call(`GET /v1/tools/connectors/everything/operations/echo?connection_id=${id}`);
    expect(body).toMatchObject({ input_schema: { properties: {} }, body_params: { properties: {} } });
    expect((await call(id, {}, 'echo')).text).toContain('Echo: always this');
    expect((await call(id, {}, 'slow')).body).toMatchObject({ status: 'ok' });
    expect((await call(id, { message: 'mine' }, 'echo')).body).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-workspace': 'w-1', cookie: 'region=eu' });
    await server.stop();
  });
});

/** The item of a list whose field has this value. */
function oneOf({ data }: Record<string, unknown>, field: string, value: string): Record<string, unknown> {
  const items: unknown[] = Array.isArray(data) ? data : [];
  const found = items.find((item) => isRecord(item) && item[field] === value);
  if (isRecord(found)) return found;
  throw new Error(`The list has no ${value}.`);
}
