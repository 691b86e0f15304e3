import { beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { desk } from '../support/desk.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { connectedNamed } from '../support/named-connections.ts';

/** What a connection fixes here: its workspace at the provider, in every place there is. */
const fixed = [
  ['path', 'project', 'acme/api'],
  ['query', 'state', 'opened'],
  ['query', 'workspace', 'w-1'],
  ['header', 'X-Trace', 'fixed'],
  ['header', 'X-Workspace', 'w-1'],
  ['query', 'literal', '${field.token} ${arg.size} $${field.token}'],
  ['header', 'X-Literal', '${field.token}'],
] as const;

describeOnDatabases('what a connection fixes', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ desk })];
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;
  let tickets: string;
  let free: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await migrated(), { catalogDirs });
    const general_params = fixed.map(([location, name, value]) => ({ location, name, value, description: '' }));
    const key = { authMethod: 'apiKey', apiKey: gitlabTokens.valid };
    tickets = await connectedNamed(plugboard, 'desk', {
      name: 'Desk',
      security: { ...key, base_url: gitlab.url },
      general_params,
    });
    free = await connectedNamed(plugboard, 'http', {
      name: 'Free',
      security: { ...key, base_url: `${gitlab.url}/api/v4` },
      general_params,
    });
    return () => gitlab.stop();
  });

  const call = (id: string, tool: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { body: { arguments: args } });
  const urlOf = (path = '') => new URL(path, gitlab.url);

  it.each([
    ['the path', { project: 'acme/web' }],
    ['a parameter by its argument', { status: 'closed' }],
    ['a header by its argument', { trace: 'mine' }],
    ['with the same value', { project: 'acme/api' }],
    ['with nothing', { project: null }],
  ])('cannot be given by a caller: %s', async (_what, args) => {
    covers('000/params-not-overridden');
    const sent = gitlab.ledger.length;
    const answer = await call(tickets, 'list_tickets', { size: 5, ...args });
    expect(answer.body).toMatchObject({
      status: 'rejected',
      reason: 'input',
      problems: [{ path: `/${Object.keys(args)[0]}`, message: expect.stringContaining('set by the connection') }],
    });
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it.each([
    { path_params: { project: 'acme/web' } },
    { query_params: { size: 5, status: 'closed' } },
    { query_params: { size: 5, workspace: 'w-2' } },
    { header_params: { trace: 'mine' } },
    { header_params: { 'X-TRACE': 'mine' } },
    { header_params: { 'x-workspace': 'w-2' } },
    { body_params: { project: 'acme/web' } },
    { body_params: JSON.parse('{"__proto__": {"project": "acme/web"}}') },
  ])('cannot be given in a passed-through call: %j', async (body) => {
    covers('000/params-not-overridden');
    const sent = gitlab.ledger.length;
    const where = `/v1/tools/connectors/desk/connections/${tickets}/list_tickets`;
    const answer = await plugboard.call(`POST ${where}`, { body: { query_params: { size: 5 }, ...body } });
    expect([400, 422]).toContain(answer.status);
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('cannot be given by a model', async () => {
    covers('000/params-not-overridden');
    const client = await mcpClient(plugboard.publicUrl, plugboard.adminKey);
    const sent = gitlab.ledger.length;
    const result = await client.callTool({ name: 'desk__list_tickets', arguments: { size: 5, project: 'acme/web' } });
    expect(result.isError).toBe(true);
    expect(gitlab.ledger).toHaveLength(sent);
    await client.close();
  });

  it('beats what a caller says in a query of its own, however it is spelled', async () => {
    covers('000/params-not-overridden');
    const query = { workspace: 'w-2', WORKSPACE: 'w-3', ' workspace': 'w-4', other: ['1', '2'] };
    expect((await call(free, 'get', { path: 'projects', query })).body).toMatchObject({ status: 'ok' });
    const { searchParams } = urlOf(gitlab.ledger.at(-1)?.path);
    expect([...searchParams.entries()].filter(([name]) => /^workspace$/i.test(name))).toEqual([['workspace', 'w-1']]);
    expect(searchParams.getAll('other')).toEqual(['1', '2']);
  });

  it('cannot be reached around by the names in the path of a free call', async () => {
    covers('000/params-not-overridden');
    for (const path of ['projects?workspace=w-2', 'projects&workspace=w-2', 'projects%3Fworkspace=w-2', 'projects#']) {
      await call(free, 'get', { path });
      const { searchParams } = urlOf(gitlab.ledger.at(-1)?.path);
      expect(searchParams.getAll('workspace')).toEqual(['w-1']);
    }
  });

  it('is text as it stands: no secret and no argument is put into it', async () => {
    covers('000/params-sent', '000/params-not-overridden');
    expect((await call(tickets, 'list_tickets', { size: 5 })).body).toMatchObject({ status: 'ok' });
    const { path = '', headers = {} } = gitlab.ledger.at(-1) ?? {};
    expect(urlOf(path).searchParams.get('literal')).toBe('${field.token} ${arg.size} $${field.token}');
    expect(headers['x-literal']).toBe('${field.token}');
    expect(path).not.toContain(gitlabTokens.valid);
  });

  it('beats what a model sends to the tool of an MCP server that takes anything', async () => {
    covers('000/params-not-overridden');
    const server = await startEchoMcp();
    const id = await connectedNamed(plugboard, 'everything', {
      name: 'Echo',
      target_system_servers: [{ url: server.endpoint }],
      general_params: [{ location: 'path', name: 'message', value: 'fixed ${field.url}', description: '' }],
    });
    expect((await call(id, 'echo', { message: 'mine' })).body).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(server.state.ran).toEqual([]);
    expect((await call(id, 'echo', { Message: 'mine' })).text).toContain('Echo: fixed ${field.url}');
    await server.stop();
  });
});
