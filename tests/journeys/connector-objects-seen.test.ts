import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { connect, connectGitlab, idIn, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { makeEndpoint } from '../support/agent-endpoints.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson, type Person } from '../support/people.ts';

interface Shown {
  readonly id: string;
  readonly type: string;
  readonly name: string;
}

describeOnDatabases('who sees which connector objects', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ 'open-data': openData })];
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;
  let ann: Person;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await migrated(), { catalogDirs });
    ann = await addPerson(plugboard, 'MEMBER');
    return () => gitlab.stop();
  });

  const page = async (query: string, key = plugboard.adminKey) => {
    const { body } = await plugboard.call(`GET /v1/connectors${query}`, { key });
    const meta = isRecord(body['meta']) ? body['meta'] : {};
    const shown: readonly Shown[] = Array.isArray(body['data']) ? body['data'] : [];
    return { shown, next: meta['next_cursor'] };
  };
  const objectIdOf = (id: string) => `connector_${id.replaceAll('-', '').slice(8)}`;
  const detail = async (id: string, key = plugboard.adminKey) => {
    const answer = await plugboard.call(`GET /v1/connectors/${id}`, { key });
    const data = isRecord(answer.body['data']) ? answer.body['data'] : {};
    const tools: readonly Record<string, unknown>[] = Array.isArray(data['tools']) ? data['tools'] : [];
    return { status: answer.status, data, tools };
  };
  /** Whether somebody finds it in the list, and by either id. */
  const finds = async (person: Person, id: string) => {
    const { shown } = await page('?limit=100', person.token);
    const listed = shown.some((each) => each.id === objectIdOf(id));
    const got = [await detail(id, person.token), await detail(objectIdOf(id), person.token)].map(
      ({ status }) => status,
    );
    return { listed, got };
  };
  const found = { listed: true, got: [200, 200] };
  const hidden = { listed: false, got: [404, 404] };

  it('a personal one: its owner alone', async () => {
    covers('003/seen');
    const own = await connectGitlab(plugboard, gitlab.url, { key: ann.token, label: 'Ann’s' });
    expect(await finds(ann, own)).toEqual(found);
    for (const role of ['MEMBER', 'OWNER'] as const)
      expect(await finds(await addPerson(plugboard, role), own)).toEqual(hidden);
  });

  it('the workspace’s: everybody; a crew’s: its members, and MANAGER and above, who manage it', async () => {
    covers('003/seen');
    const shared = await installGitlab(plugboard, gitlab.url);
    const viewer = await addPerson(plugboard, 'VIEWER');
    expect(await finds(viewer, shared)).toEqual(found);
    await plugboard.call('POST /api/v1/crews', { body: { name: 'Night shift', slug: 'night' } });
    await plugboard.call(`PUT /api/v1/crews/night/members/${ann.userId}`);
    await plugboard.call(`PATCH /api/v1/connections/${shared}`, { body: { scope: 'crew', crew: 'night' } });
    expect(await finds(viewer, shared)).toEqual(hidden);
    expect(await finds(ann, shared)).toEqual(found);
    expect(await finds(await addPerson(plugboard, 'MANAGER'), shared)).toEqual(found);
  });

  it('never an agent endpoint', async () => {
    covers('003/no-agents');
    const { id } = await makeEndpoint(plugboard, gitlab.url, { name: 'Orders agent' });
    expect((await plugboard.call('GET /v1/connectors?limit=100')).text).not.toContain(objectIdOf(id));
    expect([(await detail(id)).status, (await detail(objectIdOf(id))).status]).toEqual([404, 404]);
  });

  it('a UUID in capitals names the same one', async () => {
    covers('003/ids');
    const id = await connectGitlab(plugboard, gitlab.url, { label: 'In capitals' });
    expect((await detail(id.toUpperCase())).data).toEqual((await detail(id)).data);
    expect((await plugboard.call(`GET /api/v1/connections/${id.toUpperCase()}`)).body).toMatchObject({ id });
  });

  it('pages neither repeat nor skip one, also where another is added meanwhile', async () => {
    covers('003/list', 'everywhere/9-stable', 'everywhere/9-lists');
    const person = await addPerson(plugboard, 'MEMBER');
    const add = async (label: string) => {
      const body = { connectorSlug: 'open-data', label };
      return idIn((await plugboard.call('POST /api/v1/connections', { key: person.token, body })).body['connection']);
    };
    for (let number = 0; number < 30; number += 1) await add(`Number ${number}`);
    const before = await page('?type=open-data', person.token);
    expect(before.shown).toHaveLength(25);
    const names: string[] = [];
    for (let cursor: unknown = ''; cursor !== null;) {
      const next = await page(
        `?type=open-data&limit=7${cursor === '' ? '' : `&cursor=${String(cursor)}`}`,
        person.token,
      );
      names.push(...next.shown.map(({ name }) => name));
      cursor = next.next;
      await add(`Added at ${names.length}`);
    }
    expect(names).toEqual(Array.from({ length: 30 }, (_, number) => `Number ${29 - number}`));
  });

  it('a connector’s dashes are underscores in the names of its tools, which are switched and called by either', async () => {
    covers('003/tool-name', '003/disabled-tool');
    const id = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-valid-0123456789' }]);
    const open = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'open-data' } });
    const openId = idIn(open.body['connection']);
    expect((await detail(openId)).tools).toMatchObject([{ name: 'open_data_get_number', disabled: false }]);
    for (const [where, name] of [
      [openId, 'open_data_get_number'],
      [openId, 'open-data_get_number'],
      [openId, 'get_number'],
      [id, 'gitlab_get_issue'],
    ] as const) {
      const path = `/api/v1/connections/${where}/tools/${name}`;
      const off = await plugboard.call(`PATCH ${path}`, { body: { disabled: true } });
      expect(off).toMatchObject({
        status: 200,
        body: { name: name.replace(/^(open.data|gitlab)_/, ''), disabled: true },
      });
      expect((await detail(where)).tools).toContainEqual(
        expect.objectContaining({ name: expect.stringMatching(/get_(number|issue)$/), disabled: true }),
      );
      expect((await plugboard.call(`POST ${path}/call`, { body: {} })).body).toMatchObject({ status: 'rejected' });
      await plugboard.call(`PATCH ${path}`, { body: { disabled: false } });
    }
  });

  it('a tool switched off is refused to MCP clients too, and a read made to ask says so and asks', async () => {
    covers('003/disabled-tool', '003/read-asks', '004/tool-switches');
    const person = await addPerson(plugboard, 'MEMBER');
    const id = await connectGitlab(plugboard, gitlab.url, { key: person.token, label: 'By MCP' });
    const change = (name: string, body: object) =>
      plugboard.call(`PATCH /api/v1/connections/${id}/tools/${name}`, { key: person.token, body });
    await change('gitlab_list_issues', { disabled: true });
    await change('gitlab_get_issue', { requires_confirmation: true });
    const { tools } = await detail(id, person.token);
    expect(tools).toContainEqual(expect.objectContaining({ name: 'gitlab_list_issues', disabled: true }));
    const asks = { name: 'gitlab_get_issue', type: 'read', requires_confirmation: true };
    expect(tools).toContainEqual(expect.objectContaining(asks));
    const client = await mcpClient(plugboard.publicUrl, person.token);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    const { handle } = (await plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token })).body;
    expect(names).toContain(`${String(handle)}__get_issue`);
    expect(names).not.toContain(`${String(handle)}__list_issues`);
    const said = async (tool: string, args: Record<string, unknown>) =>
      words(await client.callTool({ name: `${String(handle)}__${tool}`, arguments: args }));
    expect(await said('list_issues', { project: 'acme/api' })).toMatchObject({
      status: 'rejected',
      reason: 'disabled',
    });
    expect(await said('get_issue', { project: 'acme/api', issue_iid: 1 })).toMatchObject({ status: 'needs_approval' });
    await client.close();
  });

  it('a custom MCP server is of the type mcp, with the tools that it lists now', async () => {
    covers('003/type', '003/detail');
    const server = await startEchoMcp();
    const body = { name: 'Notes', transport: 'streamable-http', endpoint: server.endpoint };
    const made = await plugboard.call('POST /api/v1/integrations', { body });
    const id = String(made.body['id']);
    while ((await detail(id)).status === 404) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await detail(id)).data).toMatchObject({ type: 'mcp', name: 'Notes', status: 'connected' });
    expect((await page('?type=mcp')).shown).toMatchObject([{ id: objectIdOf(id), type: 'mcp' }]);
    const { tools } = await detail(id);
    expect(tools).toContainEqual(expect.objectContaining({ name: 'mcp_echo', type: 'read', disabled: false }));
    expect(tools).toContainEqual(expect.objectContaining({ name: 'mcp_add_note', requires_confirmation: true }));
    await server.stop();
  });
});

/** What a model reads in an answer. */
function words(result: Awaited<ReturnType<Client['callTool']>>): unknown {
  return JSON.parse(result.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));
}
