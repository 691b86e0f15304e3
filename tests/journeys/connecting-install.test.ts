import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('verify and install (001)', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    return () => gitlab.stop();
  });

  const at = (action: 'verify' | 'install', connector = 'gitlab', workspace = plugboard.workspaceId) =>
    `POST /api/v1/connectors/${connector}/${action}?workspace_id=${workspace}`;
  const good = () => ({ base_url: gitlab.url, token: gitlabTokens.valid });
  const verify = (fields: object) => plugboard.call(at('verify'), { body: { fields } });
  const install = (body: object, connector?: string) => plugboard.call(at('install', connector), { body });
  const record = async (answer: ApiAnswer, key = plugboard.adminKey) =>
    plugboard.call(`GET /api/v1/connections/${String(answer.body['integration_id'])}`, { key });
  /** The record once the check has come to something. */
  const settled = async (answer: ApiAnswer) => {
    for (;;) {
      const { body } = await record(answer);
      if (body['status'] !== 'pending') return body;
      await setTimeout(50);
    }
  };

  it('verify is ok for values the provider accepts, and keeps nothing of them', async () => {
    covers('001/verify-ok', '001/verify-keeps-nothing');
    const stored = async () => plugboard.app.storage.rows.selectFrom('connection_secrets').selectAll().execute();
    const before = await stored();
    expect(await verify(good())).toMatchObject({ status: 200, body: { ok: true, message: '' } });
    expect(await stored()).toEqual(before);
  });

  it('verify tells the provider’s refusal as data, in its words and without the secret', async () => {
    covers('001/verify-refused', 'everywhere/8-probe-is-data');
    const answer = await verify({ ...good(), token: gitlabTokens.revoked });
    expect(answer).toMatchObject({ status: 200, body: { ok: false, message: expect.stringContaining('401') } });
    expect(answer.text).not.toContain(gitlabTokens.revoked);
  });

  it('verify tells that the provider is away as data', async () => {
    covers('everywhere/8-probe-is-data');
    gitlab.next('unavailable');
    expect(await verify(good())).toMatchObject({
      status: 200,
      body: { ok: false, message: expect.stringContaining('503') },
    });
  });

  it('verify is ok unasked where a browser signs in', async () => {
    covers('001/verify-skips');
    const answer = await plugboard.call(at('verify', 'linear-mcp'), { body: {} });
    expect(answer).toMatchObject({ status: 200, body: { ok: true, message: '' } });
  });

  it.each(['verify', 'install'] as const)('%s needs a workspace by name, in which one is MANAGER', async (action) => {
    covers('001/workspace-required');
    const body = { fields: good() };
    const unnamed = await plugboard.call(`POST /api/v1/connectors/gitlab/${action}`, { body });
    expect(unnamed).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('workspace_id') } },
    });
    expect((await plugboard.call(at(action, 'gitlab', 'elsewhere'), { body })).status).toBe(403);
    const [member, manager] = [await addPerson(plugboard, 'MEMBER'), await addPerson(plugboard, 'MANAGER')];
    expect((await plugboard.call(at(action), { key: member.token, body })).status).toBe(403);
    expect((await plugboard.call(at(action), { key: manager.token, body })).status).toBeLessThan(300);
    expect((await plugboard.call(at(action, 'gitlab', 'default'), { key: manager.token, body })).status).toBeLessThan(
      300,
    );
  });

  it.each(['verify', 'install'] as const)('%s of a connector nobody knows is a 404', async (action) => {
    covers('001/get-unknown');
    expect((await plugboard.call(at(action, 'nonesuch'), { body: { fields: {} } })).status).toBe(404);
  });

  it.each(['verify', 'install'] as const)('%s names the first field that is missing or wrong', async (action) => {
    covers('001/required-fields', '001/choices-and-types', 'everywhere/4-field-maps');
    for (const [fields, words] of [
      [{ base_url: gitlab.url }, 'missing required field: token'],
      [{ ...good(), token: '  ' }, 'missing required field: token'],
      [{ ...good(), base_url: 'ftp://gitlab.example.com' }, 'base_url must be an http or https address'],
      [{ ...good(), tokn: 'x' }, 'unknown field: tokn'],
    ] as const)
      expect(await plugboard.call(at(action), { body: { fields } })).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_REQUEST', message: expect.stringContaining(words) } },
      });
  });

  it('install answers at once with a connection that is being checked, then connected', async () => {
    covers('001/install', '001/install-pending');
    gitlab.next('hang');
    const answer = await install({ name: 'GitLab (org)', fields: good() });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ integration_id: expect.any(String), next_step: '' });
    expect((await record(answer)).body).toMatchObject({
      status: 'pending',
      statusReason: 'checking',
      scope: 'workspace',
      label: 'GitLab (org)',
    });
    const fresh = await install({ fields: good() });
    expect(await settled(fresh)).toMatchObject({
      status: 'connected',
      statusReason: null,
      account: 'ann',
      label: 'GitLab',
    });
  });

  it('install of what the provider refuses becomes auth_failed, with its words', async () => {
    covers('001/install-pending');
    const answer = await install({ fields: { ...good(), token: gitlabTokens.revoked } });
    expect(await settled(answer)).toMatchObject({
      status: 'auth_failed',
      statusReason: expect.stringContaining('Token was revoked'),
    });
  });

  it('install stays pending while the provider is away, and is connected once it is back', async () => {
    covers('001/install-pending');
    gitlab.next('unavailable');
    const answer = await install({ fields: good() });
    let reason: unknown;
    while (reason === undefined || reason === 'checking') {
      const { body } = await record(answer);
      if (body['status'] === 'pending') reason = body['statusReason'];
      else throw new Error('It was not pending while the provider was away.');
      await setTimeout(20);
    }
    expect(reason).toContain('503');
    expect(await settled(answer)).toMatchObject({ status: 'connected', statusReason: null });
  });

  it('installing again makes another connection, with a handle of its own', async () => {
    covers('001/install-again', 'everywhere/16-handles');
    const [one, other] = [await install({ fields: good() }), await install({ fields: good() })];
    const handles = [(await settled(one))['handle'], (await settled(other))['handle']];
    expect(new Set(handles).size).toBe(2);
    for (const handle of handles) expect(handle).toMatch(/^gitlab-\d+$/);
  });

  it('install for a crew, by slug or id, is seen by its members alone', async () => {
    covers('001/install-crew', 'everywhere/12-slugs');
    const crew = await plugboard.call('POST /api/v1/crews', { body: { name: 'Night shift', slug: 'night-shift' } });
    const [inside, outside] = [await addPerson(plugboard, 'MEMBER'), await addPerson(plugboard, 'MEMBER')];
    await plugboard.call(`PUT /api/v1/crews/night-shift/members/${inside.userId}`);
    for (const crewId of ['night-shift', String(crew.body['id'])]) {
      const answer = await install({ crew_id: crewId, fields: good() });
      expect(await settled(answer)).toMatchObject({ scope: 'crew' });
      expect((await record(answer, inside.token)).status).toBe(200);
      expect((await record(answer, outside.token)).status).toBe(404);
    }
  });

  it('install for a crew nobody knows is a 404', async () => {
    covers('001/install-crew');
    expect((await install({ crew_id: 'nonesuch', fields: good() })).status).toBe(404);
  });

  it('install of what signs in by itself says next_step mcp_oauth', async () => {
    covers('001/install-mcp-oauth');
    const answer = await install({}, 'linear-mcp');
    expect(answer).toMatchObject({ status: 201, body: { next_step: 'mcp_oauth' } });
    expect((await record(answer)).body).toMatchObject({ status: 'pending', authType: 'oauth' });
  });

  it('install of an MCP server lists its tools', async () => {
    covers('001/verify-mcp');
    const server = await startEchoMcp();
    const answer = await install({ fields: { url: server.endpoint } }, 'everything');
    expect(await settled(answer)).toMatchObject({ status: 'connected', authType: 'none' });
    const tools = await plugboard.call('GET /api/v1/tools?q=everything__');
    expect(tools.text).toContain('everything__echo');
    await server.stop();
  });
});
