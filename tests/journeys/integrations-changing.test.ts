import { beforeAll, expect, it } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addServer, connectServer, settled } from '../support/integrations.ts';
import { loose } from '../support/loose-database.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const header = ['x-service-key', 'service-key-0123456789'] as const;
const headers = { [header[0]]: header[1] };

describeOnDatabases('changing a custom MCP server (001)', ({ migrated }) => {
  let plugboard: Plugboard;
  let open: EchoMcp;
  let locked: EchoMcp;
  let gitlab: GitlabEmulator;
  let manager: Person;

  beforeAll(async () => {
    [open, locked, gitlab] = await Promise.all([startEchoMcp(), startEchoMcp({ header }), startGitlab()]);
    plugboard = await startPlugboard(await migrated());
    manager = await addPerson(plugboard, 'MANAGER');
    return () => Promise.all([open.stop(), locked.stop(), gitlab.stop()]);
  });

  const at = (id: string) => `/api/v1/integrations/${id}`;
  const get = async (id: string) => (await plugboard.call(`GET ${at(id)}`)).body;
  const change = (id: string, body: object, key = plugboard.adminKey) =>
    plugboard.call(`PATCH ${at(id)}`, { body, key });
  const echo = async (id: string, key = plugboard.adminKey) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, { key, body: { arguments: { message: 'hi' } } });
  const toolNames = async (id: string) => (await plugboard.call(`GET ${at(id)}/tools`)).text;
  const lockedServer = () => connectServer(plugboard, { endpoint: locked.endpoint, auth_mode: 'pat', headers });

  it('a new name leaves the handle and what the server knows of us as they are', async () => {
    covers('001/servers-rename', 'everywhere/16-handles');
    const { id, handle } = await lockedServer();
    const answer = await change(id, { name: ' Renamed ', unknown: 'ignored' }, manager.token);
    expect(answer).toMatchObject({ status: 200, body: { name: 'Renamed', handle, status: 'connected' } });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
  });

  it('switched off it is listed, hides its tools and refuses calls; on again is for a person', async () => {
    covers('001/servers-switch');
    const { id, handle } = await connectServer(plugboard, { endpoint: open.endpoint });
    expect((await change(id, { is_active: false })).body).toMatchObject({ is_active: false, status: 'connected' });
    expect((await echo(id)).body).toMatchObject({ status: 'rejected', reason: 'disabled' });
    expect((await plugboard.call('GET /api/v1/tools')).text).not.toContain(`"${handle}__`);
    const narrow = await plugboard.mint({ role: 'MANAGER', kind: 'app', scopes: ['connections:write'] });
    expect((await change(id, { is_active: true }, narrow)).status).toBe(403);
    expect((await change(id, { is_active: true }, manager.token)).body).toMatchObject({ is_active: true });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
  });

  it('headers are replaced whole, kept where none are sent, and every change is checked', async () => {
    covers('001/servers-headers-replaced');
    const { id } = await lockedServer();
    const other = await change(id, { headers: { 'X-Other': 'other-0123456789' } }, manager.token);
    expect(other.body).toMatchObject({ status: 'pending', status_reason: 'checking', header_names: ['x-other'] });
    expect(await settled(plugboard, id)).toMatchObject({ status: 'auth_failed' });
    expect((await change(id, { headers: { ...headers, 'x-b': 'b' } })).body).toMatchObject({
      header_names: ['x-b', 'x-service-key'],
    });
    expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
    await change(id, { name: 'Same headers' });
    await change(id, { endpoint: `${locked.endpoint}?v=2` });
    expect(await settled(plugboard, id)).toMatchObject({ status: 'connected', header_names: ['x-b', 'x-service-key'] });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
    expect((await change(id, { headers: {} })).status).toBe(400);
    expect(await get(id)).toMatchObject({ status: 'connected' });
  });

  it('another server is checked anew, and the tools of the one before are gone', async () => {
    covers('001/servers-endpoint');
    const [before, after] = await Promise.all([startEchoMcp(), startEchoMcp()]);
    before.addTool('only_before');
    const { id } = await connectServer(plugboard, { endpoint: before.endpoint });
    expect(await toolNames(id)).toContain('only_before');
    const moved = await change(id, { endpoint: after.endpoint });
    expect(moved.body).toMatchObject({ status: 'pending', status_reason: 'checking', endpoint: after.endpoint });
    expect(await toolNames(id)).not.toContain('only_before');
    expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
    expect(await toolNames(id)).toContain('"echo"');
    const asked = before.requests.length;
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
    expect(before.requests).toHaveLength(asked);
    await Promise.all([before.stop(), after.stop()]);
  });

  it('another server is set by ADMIN and above', async () => {
    covers('001/servers-endpoint');
    const { id } = await connectServer(plugboard, { endpoint: open.endpoint });
    const refused = await change(id, { name: 'Half done', endpoint: locked.endpoint }, manager.token);
    expect(refused.status).toBe(403);
    expect(await get(id)).toMatchObject({ name: 'Echo', endpoint: open.endpoint });
    expect((await change(id, { endpoint: open.endpoint }, manager.token)).body).toMatchObject({ status: 'connected' });
  });

  it.each([
    { name: '' },
    { is_active: 'no' },
    { endpoint: 'nonsense' },
    { endpoint: 'http://169.254.169.254/mcp' },
    { transport: 'stdio' },
    { headers: { 'x-key': '••••••••' } },
    { headers: { connection: 'close' } },
  ])('%j is refused with a 400, and nothing of the rest is done', async (body) => {
    covers('001/servers-edit-refused');
    const { id } = await connectServer(plugboard, { endpoint: open.endpoint });
    const before = await get(id);
    expect((await change(id, { name: 'Half done', ...body })).status).toBe(400);
    expect(await get(id)).toEqual(before);
  });

  it('of two that change the server at once, one is told to look again', async () => {
    covers('001/servers-edit-refused');
    const { id } = await lockedServer();
    const both = await Promise.all(['one', 'two'].map((value) => change(id, { headers: { 'x-value': value } })));
    const statuses = both.map(({ status }) => status).toSorted();
    expect([
      [200, 200],
      [200, 409],
    ]).toContainEqual(statuses);
    expect(await get(id)).toMatchObject({ header_names: ['x-value'] });
  });

  it('it may go to a crew and back to the whole workspace', async () => {
    covers('001/servers-crew');
    await plugboard.call('POST /api/v1/crews', { body: { name: 'Late', slug: 'late' } });
    const { id } = await connectServer(plugboard, { endpoint: open.endpoint });
    expect((await change(id, { crew_id: 'late' })).body).toMatchObject({ scope: 'crew' });
    expect((await change(id, { crew_id: null })).body).toMatchObject({ scope: 'workspace', crew_id: null });
    expect((await change(id, { crew_id: 'nonesuch' })).status).toBe(404);
  });

  it('what was installed from the catalog is renamed and switched, and stays at its provider', async () => {
    covers('001/servers-of-the-catalog');
    const id = await installGitlab(plugboard, gitlab.url);
    expect((await change(id, { name: 'Ours' })).body).toMatchObject({ name: 'Ours', connector_id: 'gitlab' });
    for (const body of [{ endpoint: open.endpoint }, { headers: {} }, { transport: 'sse' }])
      expect(await change(id, { name: 'Theirs', ...body })).toMatchObject({
        status: 400,
        body: { error: { message: expect.stringContaining('custom server') } },
      });
    expect(await get(id)).toMatchObject({ name: 'Ours', status: 'connected' });
  });

  it('lists every tool with its switches, which are kept at the call', async () => {
    covers('001/servers-tools', '001/servers-tool-switches');
    const { id, handle } = await connectServer(plugboard, { endpoint: open.endpoint });
    const path = `PATCH ${at(id)}/tools/echo`;
    expect((await plugboard.call(path, { key: manager.token, body: { disabled: true } })).body).toEqual({
      name: 'echo',
      disabled: true,
      requires_confirmation: null,
    });
    const items: readonly { name: string }[] = JSON.parse(await toolNames(id));
    expect(items.find(({ name }) => name === 'echo')).toMatchObject({
      address: `${handle}__echo`,
      type: 'read',
      disabled: true,
      requires_confirmation: null,
      input_schema: { type: 'object', required: ['message'] },
    });
    expect(items.find(({ name }) => name === 'add_note')).toMatchObject({ type: 'write', disabled: false });
    expect((await echo(id)).body).toMatchObject({ status: 'rejected', reason: 'disabled' });
    expect((await plugboard.call('GET /api/v1/tools')).text).not.toContain(`${handle}__echo"`);
    await plugboard.call(path, { body: { disabled: false, requires_confirmation: true } });
    expect((await echo(id, await plugboard.mint())).status).toBe(202);
  });

  it('a tool is switched by MANAGER and above, back on by a person, and only where it is one', async () => {
    covers('001/servers-tool-switches');
    const { id } = await connectServer(plugboard, { endpoint: open.endpoint });
    const member = await addPerson(plugboard, 'MEMBER');
    const narrow = await plugboard.mint({ role: 'MANAGER', kind: 'app', scopes: ['connections:write'] });
    const set = (key: string, tool: string, body: object) =>
      plugboard.call(`PATCH ${at(id)}/tools/${tool}`, { key, body });
    expect((await set(member.token, 'echo', { disabled: true })).status).toBe(403);
    expect((await set(narrow, 'echo', { disabled: true })).status).toBe(200);
    expect((await set(narrow, 'echo', { disabled: false })).status).toBe(403);
    expect((await set(manager.token, 'fly', { disabled: true })).status).toBe(404);
    expect((await set(manager.token, 'echo', { disabled: 'yes' })).status).toBe(400);
    expect(await toolNames(id)).toContain('"disabled":true');
  });

  it('submitted credentials leave the headers as they are', async () => {
    covers('001/headers-kept');
    const { id } = await lockedServer();
    const answer = await plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body: { fields: {} } });
    expect(answer).toMatchObject({ status: 200, body: { connection: { status: 'connected' } } });
    expect(await get(id)).toMatchObject({ header_names: ['x-service-key'] });
    expect((await echo(id)).body).toMatchObject({ status: 'ok' });
  });

  it('what somebody signed in for stays so at its origin, and waits for them again at another', async () => {
    covers('001/servers-auth-mode');
    const added = await addServer(plugboard, { endpoint: open.endpoint, auth_mode: 'mcp_oauth' });
    const id = String(added.body['id']);
    expect((await change(id, { headers })).body).toMatchObject({ status: 'pending', header_names: ['x-service-key'] });
    await loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ status: 'connected', status_reason: null })
      .where('id', '=', id)
      .execute();
    expect((await change(id, { headers: {}, endpoint: `${open.endpoint}?v=2` })).body).toMatchObject({
      status: 'connected',
    });
    expect((await change(id, { endpoint: locked.endpoint })).body).toMatchObject({
      status: 'pending',
      status_reason: 'Waiting for somebody to sign in.',
    });
  });

  it('every change is on record by what it was, without a value', async () => {
    const { id } = await lockedServer();
    await addServer(plugboard, { endpoint: open.endpoint });
    await change(id, { name: 'Recorded', headers: { ...headers, 'x-more': 'more-0123456789' } });
    const { text } = await plugboard.call(`GET /api/v1/events?subject=connection:${id}`);
    expect(text).toContain('"changes":["label","headers"]');
    expect(text).not.toContain('more-0123456789');
  });
});
