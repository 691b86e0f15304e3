import { beforeAll, describe, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { desk } from '../support/desk.ts';
import { addPerson } from '../support/people.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

type Item = Readonly<Record<string, unknown>>;

function itemsOf({ body: { data } }: ApiAnswer): readonly Item[] {
  return Array.isArray(data) ? data : [];
}

function valuesOf(answer: ApiAnswer, field: string): readonly unknown[] {
  return itemsOf(answer).map((item) => item[field]);
}

describeOnDatabases('tools as contract 000 lists them', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ desk })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let connection: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    connection = await connectGitlab(plugboard, gitlab.url, { label: 'Work' });
    return () => gitlab.stop();
  });

  const get = (path: string, key?: string) => plugboard.call(`GET /v1/tools${path}`, key === undefined ? {} : { key });

  it('are listed page by page with their connections, each once', async () => {
    covers('000/tools-list');
    const pages: ApiAnswer[] = [];
    let cursor: unknown;
    do {
      pages.push(await get(`?limit=3${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`));
      cursor = pages.at(-1)?.body['next_cursor'];
    } while (cursor !== null && pages.length < 50);
    const all = await get('?limit=100');
    expect(pages.flatMap(itemsOf)).toEqual(itemsOf(all));
    expect(all.body['next_cursor']).toBeNull();
    expect(pages.length).toBeGreaterThan(2);
    expect(itemsOf(all)).toContainEqual({
      name: 'gitlab_get_issue',
      operation: 'get_issue',
      connector_id: 'gitlab',
      connection_id: connection,
      connection_name: 'Work',
      connected: true,
      label: expect.any(String),
      description: expect.any(String),
      type: 'read',
      destructive: false,
      disabled: false,
      requires_confirmation: false,
    });
    expect(itemsOf(all).find(({ operation }) => operation === 'create_issue')).toMatchObject({
      type: 'write',
      requires_confirmation: true,
    });
  });

  it.each([
    '?limit=0',
    '?limit=101',
    '?cursor=nonsense',
    '?colour=red',
    '/search',
    '/search?q=',
    '/search?q=a&limit=x',
  ])('refuse %s with a 400', async (query) => {
    covers('000/tools-list', '000/tools-search');
    expect(await get(query)).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it('are the caller’s own: nobody else sees those of a personal connection', async () => {
    covers('000/tools-list', '000/operations-unknown');
    const bob = await addPerson(plugboard, 'MEMBER');
    expect(valuesOf(await get('?limit=100', bob.token), 'connection_id')).toEqual([]);
    expect(valuesOf(await get('/search?q=issue', bob.token), 'connection_id')).not.toContain(connection);
    const operations = await get(`/connectors/gitlab/operations?connection_id=${connection}`, bob.token);
    expect(operations.status).toBe(404);
  });

  it('are found by words, the best first, whether they are connected or not', async () => {
    covers('000/tools-search');
    const found = await get('/search?q=Create%20ISSUE');
    expect(itemsOf(found)[0]).toMatchObject({
      name: 'gitlab_create_issue',
      connected: true,
      connection_id: connection,
    });
    expect(valuesOf(found, 'name')).toContain('github_create_issue');
    expect(itemsOf(found).find(({ connector_id }) => connector_id === 'github')).toMatchObject({
      connected: false,
      connection_id: null,
      connection_name: null,
    });
    expect(itemsOf(await get('/search?q=issue&limit=2'))).toHaveLength(2);
    expect(itemsOf(await get('/search?q=issue%20nonesuch'))).toEqual([]);
    expect(itemsOf(await get('/search?q=%21%21'))).toEqual([]);
  });

  it('leave out what is switched off', async () => {
    covers('000/tools-list', '000/tools-search');
    const toggle = (disabled: boolean) =>
      plugboard.call(`PATCH /api/v1/connections/${connection}/tools/get_file`, { body: { disabled } });
    await toggle(true);
    expect(valuesOf(await get('?limit=100'), 'operation')).not.toContain('get_file');
    const { body } = await get(`/connectors/gitlab/operations/get_file?connection_id=${connection}`);
    expect(body).toMatchObject({ disabled: true });
    await toggle(false);
    expect(valuesOf(await get('?limit=100'), 'operation')).toContain('get_file');
  });

  describe('operations', () => {
    it('of a connector are listed page by page before it is connected', async () => {
      covers('000/operations');
      const all = await get('/connectors/github/operations?limit=100');
      const names = valuesOf(all, 'operation');
      expect(names).toEqual(names.toSorted());
      expect(itemsOf(all).find(({ operation }) => operation === 'get_issue')).toMatchObject({
        name: 'github_get_issue',
        connection_id: null,
        connected: false,
        input_schema: { type: 'object', required: expect.arrayContaining(['owner']) },
      });
      const first = await get('/connectors/github/operations?limit=2');
      const second = await get(`/connectors/github/operations?limit=2&cursor=${String(first.body['next_cursor'])}`);
      expect([...valuesOf(first, 'operation'), ...valuesOf(second, 'operation')]).toEqual(names.slice(0, 4));
    });

    it('of a connection are what its MCP server lists', async () => {
      covers('000/operations-of-connection', '000/operation-groups');
      const server = await startEchoMcp();
      const echo = await connect(plugboard, ['everything', { url: server.endpoint }]);
      expect(itemsOf(await get('/connectors/everything/operations'))).toEqual([]);
      const listed = await get(`/connectors/everything/operations?connection_id=${echo}`);
      expect(valuesOf(listed, 'name')).toContain('everything_echo');
      const one = await get(`/connectors/_/operations/echo?connection_id=${echo}`);
      expect(one.body).toMatchObject({
        connection_id: echo,
        path_params: { type: 'object', properties: {}, required: [] },
        body_params: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
      });
      await server.stop();
    });

    it('show where each of their parameters stands', async () => {
      covers('000/operation-groups', '000/operations');
      const { body } = await get('/connectors/desk/operations/list_tickets');
      expect(body).toMatchObject({
        path_params: { properties: { project: {} }, required: ['project'], additionalProperties: false },
        query_params: { properties: { status: {}, size: {}, labels: {} }, required: ['size'] },
        header_params: { properties: { trace: {} }, required: [] },
        body_params: { properties: {}, required: [], additionalProperties: false },
      });
      const write = await get('/connectors/desk/operations/create_ticket');
      expect(write.body).toMatchObject({
        path_params: { required: ['project'] },
        body_params: { properties: { title: {} }, required: ['title'] },
      });
    });

    it('are named with or without their connector', async () => {
      covers('000/operation-names');
      const paths = ['get_issue', 'gitlab_get_issue'].flatMap((name) => [name, `${name}?connection_id=${connection}`]);
      for (const path of paths)
        expect((await get(`/connectors/gitlab/operations/${path}`)).body).toMatchObject({ operation: 'get_issue' });
    });

    it.each([
      ['of a connector nobody has', () => '/connectors/nonesuch/operations'],
      ['of an agent endpoint', () => '/connectors/agent/operations'],
      ['nobody has', () => '/connectors/gitlab/operations/fly'],
      ['nobody has, with its connector’s name', () => '/connectors/gitlab/operations/gitlab_fly'],
      ['a connection lacks', () => `/connectors/gitlab/operations/fly?connection_id=${connection}`],
      ['of a connection of another connector', () => `/connectors/github/operations?connection_id=${connection}`],
      ['of a connection nobody has', () => `/connectors/gitlab/operations?connection_id=${crypto.randomUUID()}`],
    ])('%s are a 404', async (_what, path) => {
      covers('000/operations-unknown');
      expect(await get(path())).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
    });

    it.each(['gitlab/operations?connection_id=gitlab', 'gitlab/operations/get_issue?connection_id=1', '_/operations'])(
      'of %s are a 400',
      async (path) => {
        covers('000/operations-unknown');
        expect(await get(`/connectors/${path}`)).toMatchObject({
          status: 400,
          body: { error: { code: 'BAD_REQUEST' } },
        });
      },
    );
  });
});
