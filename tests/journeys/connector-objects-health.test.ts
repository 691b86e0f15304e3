import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { listen } from '../emulators/listen.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('the health of a connector object', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let key: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    key = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    return () => gitlab.stop();
  });

  const object = async (id: string): Promise<Record<string, unknown>> => {
    const { data } = (await plugboard.call(`GET /v1/connectors/${id}`)).body;
    return isRecord(data) ? data : {};
  };
  const call = (id: string, tool: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { key, body: { arguments: args } });
  const read = (id: string) => call(id, 'get_issue', { project: 'acme/api', issue_iid: 1 });
  const submit = (id: string, token: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body: { base_url: gitlab.url, token } });
  /** Connected with a token that then ends. */
  const lapsed = async (label: string): Promise<string> => {
    gitlab.allow('glpat-for-a-while-02');
    const id = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-for-a-while-02' }], { label });
    gitlab.state.tokens.delete('glpat-for-a-while-02');
    await read(id);
    while ((await object(id))['status'] === 'connected') await setTimeout(20);
    return id;
  };

  it('stays as it is where the provider forbids one thing', async () => {
    covers('003/blips');
    const fields = { base_url: gitlab.url, token: gitlabTokens.readOnly };
    const id = await connect(plugboard, ['gitlab', fields], { label: 'Read-only' });
    const before = await object(id);
    const forbidden = await call(id, 'create_issue', { project: 'acme/api', title: 'Not allowed' });
    expect(forbidden.body).toMatchObject({ status: 'rejected', reason: 'scope' });
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    expect(await object(id)).toEqual(before);
  });

  it('stays as it is where the provider turns a call down, is away when asked, and then takes the credential', async () => {
    covers('003/blips');
    const probes: number[] = [];
    const moody = await listen((request, response) => {
      const isProbe = request.url?.endsWith('/user') === true;
      if (isProbe) probes.push(probes.length === 1 ? 503 : 200);
      response.writeHead(isProbe ? (probes.at(-1) ?? 0) : 401, { 'content-type': 'application/json' });
      response.end(isProbe ? '{"id":1,"username":"ann"}' : '{"message":"401 Unauthorized"}');
    });
    const id = await connectGitlab(plugboard, moody.url, { label: 'Moody' });
    const before = await object(id);
    expect((await read(id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    while (probes.length < 3) {
      expect(await object(id)).toEqual(before);
      await setTimeout(20);
    }
    await setTimeout(100);
    expect(probes).toEqual([200, 503, 200]);
    expect(await object(id)).toEqual(before);
    await moody.stop();
  });

  it('is auth_failed, in words, once the credential is refused, and is listed as such', async () => {
    covers('003/auth-failed', '003/status-reason', '003/list-filters');
    const id = await lapsed('Lapsed');
    const { id: objectId } = await object(id);
    expect(await object(id)).toMatchObject({
      status: 'auth_failed',
      status_reason: expect.stringMatching(/401/),
      is_active: true,
    });
    const failed = await plugboard.call('GET /v1/connectors?status=auth_failed&limit=100');
    expect(failed.body['data']).toContainEqual(expect.objectContaining({ id: objectId, name: 'Lapsed' }));
    expect((await plugboard.call('GET /v1/connectors?status=connected&limit=100')).text).not.toContain(
      String(objectId),
    );
    expect(failed.text).not.toContain('glpat-');
  });

  it('is connected again once values are submitted that the provider takes, not by those it refuses', async () => {
    covers('003/reconnected', '003/updated-at', '003/status-reason');
    const id = await lapsed('Recovering');
    const failed = await object(id);
    expect((await submit(id, gitlabTokens.revoked)).status).toBe(422);
    expect(await object(id)).toEqual(failed);
    expect((await submit(id, gitlabTokens.valid)).status).toBe(200);
    const healthy = await object(id);
    expect(healthy).toMatchObject({ status: 'connected', status_reason: null, created_at: failed['created_at'] });
    expect(String(healthy['updated_at']) > String(failed['updated_at'])).toBe(true);
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['a name', (id: string) => plugboard.call(`PATCH /api/v1/connections/${id}`, { body: { label: 'Another' } })],
    ['being off', (id: string) => plugboard.call(`PATCH /api/v1/connections/${id}`, { body: { isActive: false } })],
    ['other values', (id: string) => submit(id, gitlabTokens.valid)],
  ])('is dated by its last change: %s', async (what, change) => {
    covers('003/updated-at');
    const id = await connectGitlab(plugboard, gitlab.url, { label: `Dated by ${what}` });
    const before = await object(id);
    await setTimeout(5);
    expect((await change(id)).status).toBe(200);
    const after = await object(id);
    expect(String(after['updated_at']) > String(before['updated_at'])).toBe(true);
    expect(after['created_at']).toBe(before['created_at']);
  });
});
