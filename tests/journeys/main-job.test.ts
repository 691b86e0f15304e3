import { beforeAll, expect, it } from 'vitest';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startPlugboard, type Plugboard } from '../support/plugboard.ts';

describeOnDatabases('the main job over REST', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let connection: string;
  let agent: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    agent = await plugboard.mint();
    return () => gitlab.stop();
  });

  const callTool = (tool: string, args: object, key = agent) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, { key, body: { arguments: args } });

  it('connects only with a key that the provider accepts', async () => {
    const started = await plugboard.call('POST /api/v1/connections', {
      body: { connectorSlug: 'gitlab', label: 'Acme' },
    });
    expect(started.status).toBe(201);
    expect(started.body).toMatchObject({
      oauthUrl: null,
      connection: { status: 'pending', authType: 'api_key', handle: 'gitlab' },
    });
    connection = new URL(String(started.body['credentialSubmitUrl'])).pathname.split('/').at(-2) ?? '';
    const submit = (token: string) =>
      plugboard.call(`POST /api/v1/connections/${connection}/credentials`, {
        body: { fields: { base_url: gitlab.url, token } },
      });
    const refused = await submit('glpat-wrong-0123456789');
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'INVALID_INPUT' } } });
    expect(refused.text).toContain('401 Unauthorized');
    expect(refused.text).not.toContain('glpat-wrong');
    const accepted = await submit(gitlabTokens.valid);
    expect(accepted).toMatchObject({
      status: 200,
      body: { connection: { status: 'connected', account: 'ann', statusReason: null } },
    });
    expect(accepted.text).not.toContain(gitlabTokens.valid);
  });

  it('lets an agent read at once', async () => {
    const read = await callTool('get_issue', { project: 'acme/api', issue_iid: 1 });
    expect(read).toMatchObject({ status: 200, body: { status: 'ok', output: { title: 'Login fails' } } });
  });

  it('answers wrong arguments with every problem and its path, and sends nothing', async () => {
    const before = gitlab.ledger.length;
    const answer = await callTool('get_issue', { project: 7, issue_iid: 'one' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'input' } });
    expect(answer.body['problems']).toMatchObject([{ path: '/project' }, { path: '/issue_iid' }]);
    expect(gitlab.ledger.length).toBe(before);
  });

  it('lets a write wait for a person, runs it once, and hands its result to the asker once', async () => {
    const issue = { project: 'acme/api', title: 'Found by an agent' };
    const asked = await callTool('create_issue', issue);
    expect(asked).toMatchObject({ status: 202, body: { status: 'needs_approval' } });
    const id = String(asked.body['approval_id']);
    expect((await callTool('create_issue', issue)).body['approval_id']).toBe(id);
    expect(gitlab.requests('POST', '/issues')).toHaveLength(0);

    expect((await plugboard.call(`POST /api/v1/approvals/${id}/approve`, { key: agent })).status).toBe(403);
    const both = await Promise.all(
      [1, 2].map(() => plugboard.call(`POST /api/v1/approvals/${id}/approve`, { body: {} })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(gitlab.requests('POST', '/issues')).toHaveLength(1);

    expect((await callTool('create_issue', issue)).body).toMatchObject({
      status: 'ok',
      output: { title: issue.title },
    });
    expect((await callTool('create_issue', issue)).status).toBe(202);
    expect(gitlab.requests('POST', '/issues')).toHaveLength(1);
  });

  it('tells the asker once that a person declined', async () => {
    const note = { project: 'acme/api', issue_iid: 1, body: 'Me too' };
    const asked = await callTool('add_issue_note', note);
    const declined = await plugboard.call(`POST /api/v1/approvals/${String(asked.body['approval_id'])}/decline`, {
      body: { note: 'No need.' },
    });
    expect(declined.body).toMatchObject({ status: 'declined', note: 'No need.' });
    expect((await callTool('add_issue_note', note)).body).toMatchObject({
      status: 'rejected',
      reason: 'declined',
      message: 'No need.',
    });
    expect(gitlab.requests('POST', '/notes')).toHaveLength(0);
  });

  it('lists every call and every change', async () => {
    await plugboard.app.calls.flush();
    const calls = await plugboard.call('GET /api/v1/calls?limit=100');
    const seen = JSON.stringify(calls.body);
    for (const status of ['ok', 'rejected', 'needs_approval']) expect(seen).toContain(`"status":"${status}"`);
    const events = await plugboard.call('GET /api/v1/events?limit=100');
    for (const type of [
      'connection.connected',
      'approval.requested',
      'approval.approved',
      'approval.declined',
      'api_key.created',
    ]) {
      expect(JSON.stringify(events.body)).toContain(type);
    }
    expect(`${seen}${events.text}`).not.toContain(gitlabTokens.valid);
  });

  it('stops working the moment the connection is deleted', async () => {
    expect(await plugboard.call(`DELETE /api/v1/connections/${connection}`)).toMatchObject({
      status: 200,
      body: { deleted: true },
    });
    expect((await callTool('get_issue', { project: 'acme/api', issue_iid: 1 })).status).toBe(404);
    expect((await plugboard.call(`DELETE /api/v1/connections/${connection}`)).status).toBe(404);
    const secrets = await plugboard.app.storage.rows.selectFrom('connection_secrets').selectAll().execute();
    expect(secrets).toEqual([]);
  });
});
