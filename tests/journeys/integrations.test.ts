import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab, installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addServer, connectServer, listedIds, settled } from '../support/integrations.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const recordFields =
  'id name connector_id handle transport endpoint command auth_mode header_names scope crew_id status status_reason is_active created_at updated_at'.split(
    ' ',
  );
const header = ['x-service-key', 'service-key-0123456789'] as const;
const sent = { [header[0]]: header[1] };

describeOnDatabases('custom MCP servers (001)', ({ migrated }) => {
  let plugboard: Plugboard;
  let echo: EchoMcp;
  let locked: EchoMcp;
  let gitlab: GitlabEmulator;
  let manager: Person;
  let member: Person;

  beforeAll(async () => {
    [echo, locked, gitlab] = await Promise.all([startEchoMcp(), startEchoMcp({ header }), startGitlab()]);
    plugboard = await startPlugboard(await migrated());
    [manager, member] = await Promise.all([addPerson(plugboard, 'MANAGER'), addPerson(plugboard, 'MEMBER')]);
    return () => Promise.all([echo.stop(), locked.stop(), gitlab.stop()]);
  });

  const as = (person: Person) => ({ key: person.token });
  const at = (id: string) => `/api/v1/integrations/${id}`;
  const list = async (key = plugboard.adminKey) => (await plugboard.call('GET /api/v1/integrations', { key })).text;

  describe('are added', () => {
    it('without waiting for them: pending and checking, then connected', async () => {
      covers('001/servers-add', '001/servers-record');
      const answer = await addServer(plugboard, {
        name: ' Time & Space ',
        endpoint: echo.endpoint,
        unknown: 'ignored',
      });
      expect(answer).toMatchObject({
        status: 201,
        body: {
          name: 'Time & Space',
          connector_id: 'mcp',
          handle: 'time-space',
          transport: 'streamable-http',
          endpoint: echo.endpoint,
          auth_mode: 'none',
          header_names: [],
          scope: 'workspace',
          crew_id: null,
          status: 'pending',
          status_reason: 'checking',
          is_active: true,
        },
      });
      expect(Object.keys(answer.body)).toEqual(recordFields);
      const record = await settled(plugboard, String(answer.body['id']));
      expect(record).toMatchObject({ status: 'connected', status_reason: null });
      expect(Object.keys(record)).toEqual(recordFields);
    });

    it('twice under one name as two rows with handles of their own', async () => {
      covers('001/servers-again');
      const both = await Promise.all([1, 2].map(() => addServer(plugboard, { name: 'Twin', endpoint: echo.endpoint })));
      expect(both.map(({ body }) => body['handle']).toSorted()).toEqual(['twin', 'twin-2']);
      expect(new Set(both.map(({ body }) => body['id'])).size).toBe(2);
    });

    it('for a crew, by id or slug; for one that nobody knows they are a 404', async () => {
      covers('001/servers-crew');
      const crew = await plugboard.call('POST /api/v1/crews', { body: { name: 'Day', slug: 'day-shift' } });
      for (const crewId of ['day-shift', crew.body['id']])
        expect((await addServer(plugboard, { endpoint: echo.endpoint, crew_id: crewId })).body).toMatchObject({
          scope: 'crew',
          crew_id: crew.body['id'],
        });
      const before = await listedIds(plugboard);
      expect((await addServer(plugboard, { endpoint: echo.endpoint, crew_id: 'nonesuch' })).status).toBe(404);
      expect(await listedIds(plugboard)).toEqual(before);
    });

    it('by ADMIN and above alone', async () => {
      covers('001/servers-add-admin');
      const before = await listedIds(plugboard);
      const wish = { endpoint: 'https://mcp.example.com/' };
      expect((await addServer(plugboard, wish, as(manager))).status).toBe(403);
      expect(await listedIds(plugboard)).toEqual(before);
      const admin = await addPerson(plugboard, 'ADMIN');
      expect((await addServer(plugboard, { endpoint: echo.endpoint }, as(admin))).status).toBe(201);
    });

    it('with headers that every request carries and nobody is shown', async () => {
      covers('001/servers-headers', 'everywhere/7-no-secrets');
      const added = await addServer(plugboard, { endpoint: locked.endpoint, auth_mode: 'pat', headers: sent });
      expect(added.body).toMatchObject({ auth_mode: 'pat', header_names: [header[0]] });
      const id = String(added.body['id']);
      expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
      expect((await plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, said('hi'))).body).toMatchObject({
        status: 'ok',
      });
      for (const text of [added.text, await list(), (await plugboard.call(`POST ${at(id)}/test`)).text])
        expect(text).not.toContain(header[1]);
    });

    it('and become auth_failed without the header that they want', async () => {
      covers('001/servers-status');
      for (const headers of [{}, { [header[0]]: 'wrong-key-0123456789' }]) {
        const added = await addServer(plugboard, { endpoint: locked.endpoint, headers });
        const record = await settled(plugboard, String(added.body['id']));
        expect(record).toMatchObject({ status: 'auth_failed', status_reason: expect.stringContaining('401') });
      }
    });

    it('while they are away, and stay pending until they are back', async () => {
      covers('001/servers-status');
      const away = await startEchoMcp();
      await away.stop();
      const id = String((await addServer(plugboard, { endpoint: away.endpoint })).body['id']);
      const record = async () => (await plugboard.call(`GET ${at(id)}`)).body;
      while ((await record())['status_reason'] === 'checking') await setTimeout(20);
      expect(await record()).toMatchObject({ status: 'pending', status_reason: expect.stringContaining('refused') });
    });

    it('to be signed in to: waiting, not asked', async () => {
      covers('001/servers-auth-mode');
      const added = await addServer(plugboard, { endpoint: locked.endpoint, auth_mode: 'mcp_oauth' });
      const waiting = { status: 'pending', status_reason: 'Waiting for somebody to sign in.', auth_mode: 'mcp_oauth' };
      expect(added.body).toMatchObject(waiting);
      const id = String(added.body['id']);
      expect((await plugboard.call(`POST ${at(id)}/test`)).body).toMatchObject({ status: 'auth_required' });
      expect((await plugboard.call(`GET ${at(id)}`)).body).toMatchObject(waiting);
    });

    it.each([
      ['no name', { name: undefined }, 'name is missing'],
      ['an empty name', { name: '  ' }, 'name'],
      ['no transport', { transport: undefined }, 'transport is missing'],
      ['an unknown transport', { transport: 'carrier-pigeon' }, 'transport'],
      ['a command', { transport: 'stdio' }, 'stdio'],
      ['no endpoint', { endpoint: undefined }, 'endpoint is missing'],
      ['a path', { endpoint: '/mcp' }, 'absolute http or https address'],
      ['another scheme', { endpoint: 'ftp://mcp.example.com/' }, 'absolute http or https address'],
      ['a template', { endpoint: 'https://mcp.example.com/${field.token}' }, '${'],
      ['credentials in the address', { endpoint: 'https://ann:pw@mcp.example.com/' }, 'user name or password'],
      ['a key in the address', { endpoint: 'https://mcp.example.com/?api_key=k-0123456789' }, 'send it as a header'],
      ['a fragment', { endpoint: 'https://mcp.example.com/#mcp' }, '#'],
      ['an address without end', { endpoint: `https://mcp.example.com/${'x'.repeat(2000)}` }, 'longer than'],
      ['headers that are no text', { headers: { 'x-key': 7 } }, 'headers.x-key'],
      ['a header of the line', { headers: { Host: 'evil.example' } }, 'Host'],
      ['a header of the protocol', { headers: { 'Mcp-Session-Id': 'x' } }, 'mcp-session-id'],
      ['a header that cannot be sent', { headers: { 'x-key': 'a\r\nb' } }, 'x-key'],
      ['a header twice', { headers: { 'x-key': 'a', 'X-Key': 'b' } }, 'twice'],
      ['pat without headers', { auth_mode: 'pat' }, 'add at least one'],
      ['a way of signing in that servers lack', { auth_mode: 'byo_oauth' }, 'byo_oauth'],
      ['an unknown way of signing in', { auth_mode: 'magic' }, 'auth_mode'],
    ])('not with %s, which is a 400 that says so', async (_what, change, words) => {
      covers('001/servers-add-refused', '001/servers-stdio');
      const before = await listedIds(plugboard);
      const answer = await addServer(plugboard, { endpoint: echo.endpoint, ...change });
      expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(words) } } });
      expect(answer.text).not.toContain('k-0123456789');
      expect(await listedIds(plugboard)).toEqual(before);
    });
  });

  describe('are listed', () => {
    it('as a bare array, newest first, together with what was installed, and nobody’s personal ones', async () => {
      covers('001/servers-list');
      const installed = await installGitlab(plugboard, gitlab.url);
      const personal = await connectGitlab(plugboard, gitlab.url, { label: 'Mine' });
      const { id } = await connectServer(plugboard, { endpoint: echo.endpoint });
      const items: readonly { id: string }[] = JSON.parse(await list());
      expect(items.slice(0, 2)).toMatchObject([
        { id, connector_id: 'mcp' },
        { id: installed, connector_id: 'gitlab', transport: null, endpoint: null, auth_mode: 'pat' },
      ]);
      expect(items.map((item) => item.id)).not.toContain(personal);
      for (const item of items) expect(Object.keys(item)).toEqual(recordFields);
    });

    it('whole to a MANAGER, without the crews of others to a MEMBER', async () => {
      covers('001/servers-visible');
      await plugboard.call('POST /api/v1/crews', { body: { name: 'Night', slug: 'night' } });
      await plugboard.call(`PUT /api/v1/crews/night/members/${member.userId}`);
      await plugboard.call('POST /api/v1/crews', { body: { name: 'Late', slug: 'late' } });
      const id = async (crew: string) =>
        String((await addServer(plugboard, { endpoint: echo.endpoint, crew_id: crew })).body['id']);
      const [own, other] = [await id('night'), await id('late')];
      expect(await list(manager.token)).toContain(own);
      expect(await list(manager.token)).toContain(other);
      expect(await list(member.token)).toContain(own);
      expect(await list(member.token)).not.toContain(other);
      expect((await plugboard.call(`GET ${at(own)}`, as(member))).status).toBe(200);
      expect((await plugboard.call(`GET ${at(other)}`, as(member))).status).toBe(404);
    });
  });

  it('an id that is no UUID is a 400, and somebody’s personal connection a 404, on every verb', async () => {
    covers('001/servers-ids');
    const personal = await connectGitlab(plugboard, gitlab.url, { label: 'Not shared' });
    for (const [id, status] of [
      ['nonsense', 400],
      [personal, 404],
    ] as const) {
      expect((await plugboard.call(`GET ${at(id)}`)).status).toBe(status);
      expect((await plugboard.call(`PATCH ${at(id)}`, { body: { name: 'x' } })).status).toBe(status);
      expect((await plugboard.call(`DELETE ${at(id)}`)).status).toBe(status);
      expect((await plugboard.call(`POST ${at(id)}/test`)).status).toBe(status);
      expect((await plugboard.call(`GET ${at(id)}/tools`)).status).toBe(status);
      expect((await plugboard.call(`PATCH ${at(id)}/tools/x`, { body: { disabled: true } })).status).toBe(status);
    }
    expect((await plugboard.call(`GET /api/v1/connections/${personal}`)).body).toMatchObject({ status: 'connected' });
  });

  it('a test says ok with who the server is, auth_required, or error; the status follows it', async () => {
    covers('001/servers-test', 'everywhere/8-probe-is-data');
    const test = async (id: string) => plugboard.call(`POST ${at(id)}/test`, as(manager));
    const mortal = await startEchoMcp({ header });
    const { id } = await connectServer(plugboard, { endpoint: mortal.endpoint, headers: sent });
    expect((await test(id)).body).toEqual({ status: 'ok', server_info: { name: 'echo', version: '1.0.0' } });
    await plugboard.call(`PATCH ${at(id)}`, { body: { headers: { [header[0]]: 'wrong-key-0123456789' } } });
    const refused = await test(id);
    expect(refused).toMatchObject({ status: 200, body: { status: 'auth_required', message: expect.any(String) } });
    expect(refused.text).not.toContain('wrong-key');
    expect((await plugboard.call(`GET ${at(id)}`)).body).toMatchObject({ status: 'auth_failed' });
    await plugboard.call(`PATCH ${at(id)}`, { body: { headers: sent } });
    expect(await settled(plugboard, id)).toMatchObject({ status: 'connected' });
    await mortal.stop();
    expect(await test(id)).toMatchObject({ status: 200, body: { status: 'error', message: expect.any(String) } });
    expect((await plugboard.call(`GET ${at(id)}`)).body).toMatchObject({ status: 'connected' });
    expect((await plugboard.call(`POST ${at(id)}/test`, as(member))).status).toBe(403);
  });

  it('a test asks the provider of an installed connector, too', async () => {
    covers('001/servers-test');
    const id = await installGitlab(plugboard, gitlab.url);
    expect((await plugboard.call(`POST ${at(id)}/test`)).body).toEqual({ status: 'ok' });
    gitlab.next('unavailable');
    expect((await plugboard.call(`POST ${at(id)}/test`)).body).toMatchObject({ status: 'error' });
  });

  it('are deleted once and for all, by MANAGER and above', async () => {
    covers('001/servers-delete');
    const { id, handle } = await connectServer(plugboard, { endpoint: echo.endpoint });
    expect((await plugboard.call(`DELETE ${at(id)}`, as(member))).status).toBe(403);
    expect(await plugboard.call(`DELETE ${at(id)}`, as(manager))).toMatchObject({ status: 204, text: '' });
    expect((await plugboard.call(`DELETE ${at(id)}`)).status).toBe(404);
    expect((await plugboard.call(`GET ${at(id)}`)).status).toBe(404);
    expect(await list()).not.toContain(id);
    expect((await plugboard.call('GET /api/v1/tools')).text).not.toContain(`"${handle}__`);
    expect((await plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, said('x'))).status).toBe(404);
    const { rows } = plugboard.app.storage;
    expect(await rows.selectFrom('connection_secrets').selectAll().where('connection_id', '=', id).execute()).toEqual(
      [],
    );
  });
});

function said(message: string) {
  return { body: { arguments: { message } } };
}
