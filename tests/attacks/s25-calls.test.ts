import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../emulators/listen.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const token = 'glpat-se/cret+"q" 0123456789';

/** What would give the secret away: its parts in every form it may come back in. */
const traces: readonly string[] = [
  'se/cret',
  'se%2Fcret',
  String.raw`se\/cret`,
  ...[token, `Bearer ${token}`, `x:${token}`].flatMap((text) => [
    Buffer.from(text).toString('base64').slice(12, -8),
    Buffer.from(text).toString('base64url').slice(12, -8),
  ]),
];

/** A provider that tells everybody how it was called, wherever there is room for it. */
function startTelltale(): Promise<Listening> {
  return listen((request, response) => {
    const { authorization = '' } = request.headers;
    if (request.url?.endsWith('/user') === true && authorization === `Bearer ${token}`)
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"username":"ann"}');
    const sent = authorization.slice('Bearer '.length);
    const encoded = [sent, authorization, `x:${sent}`].map((text) => Buffer.from(text).toString('base64'));
    const echo = [authorization, sent, encodeURIComponent(sent), JSON.stringify({ [sent]: sent }), ...encoded].join(
      ' | ',
    );
    const status = request.url?.includes('/issues/7') === true ? 422 : 200;
    const headers = { 'x-echo': encodeURIComponent(echo), 'set-cookie': `t=${encodeURIComponent(sent)}` };
    response.writeHead(status, { ...headers, 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ title: echo, message: echo, [sent]: [echo] }));
  });
}

describe('S25: what a provider sends back of the secret is shown', () => {
  let plugboard: ServerProcess;
  let telltale: Listening;
  let connection: string;
  let agent: string;
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-s25-'));

  beforeAll(async () => {
    telltale = await startTelltale();
    plugboard = await startServerProcess({ PLUGBOARD_DATA_DIR: dataDir });
    connection = await connect(plugboard, ['gitlab', { base_url: telltale.url, token }]);
    agent = String((await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } })).body['key']);
  });
  afterAll(async () => {
    await Promise.all([plugboard.stop(), telltale.stop()]);
    rmSync(dataDir, { recursive: true });
  });

  const call = (tool: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, {
      key: agent,
      body: { arguments: { project: 'acme/api', ...args } },
    });

  function expectNothingIn(text: string): void {
    covers('everywhere/7-no-secrets');
    expect(text).not.toBe('');
    for (const trace of traces) expect(text).not.toContain(trace);
  }

  it('not in the answer of a read over REST', async () => {
    const answer = await call('get_issue', { issue_iid: 1 });
    expect(answer.body).toMatchObject({ status: 'ok' });
    expect(answer.text).toContain('[redacted]');
    expectNothingIn(`${answer.text} ${JSON.stringify(answer.headers)}`);
  });

  it('not in the words of a refusal', async () => {
    const answer = await call('get_issue', { issue_iid: 7 });
    expect(answer.body).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(answer.text).toContain('[redacted]');
    expectNothingIn(answer.text);
  });

  it('not in the words of a refused submission', async () => {
    const answer = await plugboard.call(`POST /api/v1/connections/${connection}/credentials`, {
      body: { base_url: telltale.url, token: `${token}x` },
    });
    expect(answer.status).toBe(422);
    expectNothingIn(answer.text);
  });

  it('not in what an MCP client is told', async () => {
    const client = await mcpClient(plugboard.publicUrl, agent);
    const answers = [1, 7].map((issue_iid) =>
      client.callTool({ name: 'gitlab__get_issue', arguments: { project: 'acme/api', issue_iid } }),
    );
    const text = JSON.stringify(await Promise.all(answers));
    expect(text).toContain('[redacted]');
    expectNothingIn(text);
    await client.close();
  });

  it('not in the result of an approved call, nor in what is kept of it', async () => {
    const issue = { title: 'A write' };
    const asked = await call('create_issue', issue);
    const approval = String(asked.body['approval_id']);
    const approved = await plugboard.call(`POST /api/v1/approvals/${approval}/approve`);
    expect(approved.body).toMatchObject({ status: 'done' });
    const result = await call('create_issue', issue);
    expect(result.text).toContain('[redacted]');
    const kept = await plugboard.call(`GET /api/v1/approvals/${approval}`);
    expectNothingIn(`${asked.text}${approved.text}${result.text}${kept.text}`);
  });

  it('not in the logs', async () => {
    const calls = await plugboard.call('GET /api/v1/calls?limit=100');
    const events = await plugboard.call('GET /api/v1/events?limit=100');
    expect(calls.text).toContain('get_issue');
    expect(plugboard.output()).toContain('/tools/:tool/call');
    expectNothingIn(`${calls.text}${events.text}${plugboard.output()}`);
  });
});
