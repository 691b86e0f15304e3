import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { listen } from '../emulators/listen.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { bumpGeneration } from '../../server/src/access/generations.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S1', ({ migrated }) => {
  let plugboard: Plugboard;
  let honest: GitlabEmulator;
  let evil: GitlabEmulator;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  beforeAll(async () => {
    [honest, evil] = await Promise.all([startGitlab(), startGitlab()]);
    return () => Promise.all([honest.stop(), evil.stop()]);
  });

  const read = (id: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
  const retarget = (id: string, config: object) =>
    plugboard.app.storage.workspace(plugboard.workspaceId).transact(async (trx) => {
      await bumpGeneration(trx);
      await loose(trx.rows)
        .updateTable('connections')
        .set({ config: JSON.stringify(config) })
        .where('id', '=', id)
        .execute();
    });

  it('a connection whose address was changed in the database sends its secret to nobody', async () => {
    covers('001/sealed');
    const id = await connectGitlab(plugboard, honest.url, { label: 'retargeted' });
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    await retarget(id, { base_url: evil.url });
    expect((await read(id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(evil.ledger).toEqual([]);
  });

  it('a write that was approved before the address was changed is voided', async () => {
    const id = await connectGitlab(plugboard, honest.url, { label: 'retargeted write' });
    const agent = await plugboard.mint();
    const asked = await plugboard.call(`POST /api/v1/connections/${id}/tools/create_issue/call`, {
      key: agent,
      body: { arguments: { project: 'acme/api', title: 'x' } },
    });
    await retarget(id, { base_url: evil.url });
    const decided = await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/approve`);
    expect(decided.body).toMatchObject({ status: 'voided' });
    expect(evil.ledger).toEqual([]);
  });

  it('another address cannot be submitted without the secret', async () => {
    const id = await connectGitlab(plugboard, honest.url, { label: 'resubmitted' });
    const answer = await plugboard.call(`POST /api/v1/connections/${id}/credentials`, {
      body: { fields: { base_url: evil.url } },
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { message: 'missing required field: token' } } });
    expect((await read(id)).body).toMatchObject({ status: 'ok' });
    expect(evil.ledger).toEqual([]);
  });

  it('the check of an installed connection does not follow a changed address', async () => {
    const away = await listen((_request, response) => void response.writeHead(503).end());
    const installed = await plugboard.call(
      `POST /api/v1/connectors/gitlab/install?workspace_id=${plugboard.workspaceId}`,
      { body: { name: 'checked', fields: { base_url: away.url, token: gitlabTokens.valid } } },
    );
    const id = String(installed.body['integration_id']);
    await retarget(id, { base_url: evil.url });
    const record = async () => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
    while ((await record())['status'] === 'pending') await setTimeout(100);
    expect(await record()).toMatchObject({
      status: 'auth_failed',
      statusReason: expect.stringContaining('given for another address'),
    });
    expect(evil.ledger).toEqual([]);
    await away.stop();
  });

  it('a redirect to another origin is followed without the secret, or not at all', async () => {
    const astray = await listen((request, response) => {
      const isProbe = request.url?.endsWith('/user') === true;
      response.writeHead(isProbe ? 200 : 302, { 'content-type': 'application/json', location: `${evil.url}/x` });
      response.end(isProbe ? '{"username":"ann"}' : '');
    });
    await read(await connectGitlab(plugboard, astray.url, { label: 'redirected' }));
    expect(JSON.stringify(evil.ledger)).not.toContain(gitlabTokens.valid);
    await astray.stop();
  });

  it('a connector that is taken to another MCP server has to be connected anew', async () => {
    const [home, elsewhere] = await Promise.all([startEchoMcp(), startEchoMcp()]);
    const id = await connect(plugboard, ['everything', { url: home.endpoint }]);
    await connect(plugboard, ['everything', { url: elsewhere.endpoint }]);
    const tools = await plugboard.call(`POST /api/v1/connections/${id}/tools/tell_headers/call`, { body: {} });
    expect(tools.body).toMatchObject({ status: 'ok' });
    expect(home.state.ran).toEqual([]);
    expect(elsewhere.state.ran).toEqual(['tell_headers']);
    await Promise.all([home.stop(), elsewhere.stop()]);
  });
});
