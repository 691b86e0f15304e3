import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type OpenaiEmulator, startOpenai } from '../emulators/openai.ts';
import { endpointsPath, handleOf, makeEndpoint, saying } from '../support/agent-endpoints.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson, type Person } from '../support/people.ts';

const events = { accept: 'text/event-stream' };
const many = [400, 400, 400, 400, 400, 400, 400, 400];

describeOnDatabases('invoking agent endpoints (002)', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let agent: OpenaiEmulator;
  let ann: Person;
  beforeAll(async () => {
    agent = await startOpenai();
    plugboard = await startListening(await migrated());
    ann = await addPerson(plugboard, 'MEMBER');
    return () => agent.stop();
  });

  const make = (config: object = {}) =>
    makeEndpoint(plugboard, agent.baseUrl, {
      type: 'openai',
      config: { model: 'small', ...config },
      headers: { Authorization: `Bearer ${agent.key}` },
    });
  const reading = () => make({ effect: 'read' });
  const invoke = (path: string, body: unknown = saying('hi'), key = plugboard.adminKey) =>
    plugboard.call(`POST ${path}/invoke`, { key, body });
  const calls = async (id: string): Promise<readonly Record<string, unknown>[]> => {
    await plugboard.app.calls.flush();
    const { body } = await plugboard.call(`GET /api/v1/calls?connection_id=${id}`);
    return Array.isArray(body['data']) ? body['data'] : [];
  };

  it('test says hello and answers what the agent said', async () => {
    covers('002/test', '002/invoke-headers');
    const { id, path } = await make();
    const tested = await plugboard.call(`POST ${path}/test`, { key: ann.token });
    expect(tested.status).toBe(200);
    expect(tested.body).toEqual({ success: true, latencyMs: expect.any(Number), response: 'You said "hello".' });
    expect(agent.ledger.at(-1)?.headers).toMatchObject({ authorization: `Bearer ${agent.key}` });
    expect(await calls(id)).toMatchObject([{ tool: 'test', status: 'ok', door: 'rest', type: 'write' }]);
  });

  it('a test that fails is a 200 that says why', async () => {
    covers('002/test-failed', 'everywhere/8-probe-is-data');
    const nobody = await makeEndpoint(plugboard, `http://127.0.0.1:${await freePort()}`);
    const { status, body } = await plugboard.call(`POST ${nobody.path}/test`);
    expect([status, body]).toEqual([
      200,
      { success: false, latencyMs: expect.any(Number), error: 'Connection refused' },
    ]);
    const { path } = await make();
    await plugboard.call(`PUT ${path}`, { body: { headers: {} } });
    const refused = await plugboard.call(`POST ${path}/test`);
    expect(Object.keys(refused.body)).toEqual(['success', 'latencyMs', 'error']);
    expect(refused.body).toMatchObject({ success: false, error: expect.stringMatching(/^HTTP 401: /) });
  });

  it('invoke sends the conversation and answers what the agent adds to it', async () => {
    covers('002/invoke', '002/invoke-no-echo', '002/invoke-logged');
    const { id, path } = await make();
    const messages = [
      { role: 'user', content: 'Hello, I need help with my order', name: 'ignored' },
      { role: 'assistant', content: 'What is its number?' },
      { role: 'user', content: '#12345' },
    ];
    const { status, body } = await invoke(path, { messages, stranger: 1 });
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        latencyMs: expect.any(Number),
        messages: [{ role: 'assistant', content: 'You said "#12345".' }],
        tokensUsage: { input: 9, output: 4 },
      },
    ]);
    expect(agent.ledger.at(-1)?.body['messages']).toEqual(messages.map(({ role, content }) => ({ role, content })));
    expect(await calls(id)).toMatchObject([{ tool: 'invoke', status: 'ok', connector_id: 'agent:openai' }]);
  });

  it('contents made of blocks are one text, and tools the agent wants are told', async () => {
    covers('002/invoke-blocks');
    const { path } = await make();
    agent.next('speaks_blocks', 'calls_tool');
    expect((await invoke(path)).body['messages']).toEqual([{ role: 'assistant', content: 'One, two.' }]);
    expect((await invoke(path)).body['messages']).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'call_1', name: 'find_order' }] },
    ]);
  });

  it('a failure is a 200 with its status, its words and the beginning of what came back, without secrets', async () => {
    covers('002/invoke-failed', 'everywhere/7-no-secrets');
    const { id, path } = await make({ model: 'unknown' });
    expect((await invoke(path)).body).toEqual({
      success: false,
      latencyMs: expect.any(Number),
      rawResponse: expect.stringContaining('model_not_found'),
      error: 'HTTP 404: The model does not exist.',
    });
    agent.next('echo');
    const echoed = await invoke(path);
    expect(echoed.body).toMatchObject({ success: false, error: expect.stringMatching(/^HTTP 400: You sent /) });
    expect(echoed.text).not.toContain(agent.key);
    agent.next('html');
    expect((await invoke(path)).body['success']).toBe(false);
    expect(await calls(id)).toMatchObject([
      { status: 'rejected', reason: 'input' },
      { status: 'rejected', reason: 'input' },
      { status: 'rejected', reason: 'input' },
    ]);
  });

  it('what was cut off is unknown where the agent may write, and unavailable where it only reads', async () => {
    covers('002/invoke-logged');
    const [writing, plain] = [await make(), await reading()];
    for (const { path } of [writing, plain]) {
      agent.next('reset');
      expect((await invoke(path)).body).toMatchObject({ success: false, error: expect.any(String) });
    }
    expect(await calls(writing.id)).toMatchObject([{ status: 'outcome_unknown', type: 'write' }]);
    expect(await calls(plain.id)).toMatchObject([{ status: 'unavailable', type: 'read' }]);
  });

  it('a write is on record before it is sent', async () => {
    covers('002/invoke-logged');
    const { id, path } = await make();
    agent.next('slow');
    const count = agent.ledger.length;
    const answer = invoke(path);
    while (agent.ledger.length === count) await setTimeout(5);
    const [row] = await plugboard.app.storage.rows
      .selectFrom('calls')
      .select('status')
      .where('connection_id', '=', id)
      .execute();
    expect(row).toEqual({ status: 'executing' });
    await answer;
    expect(await calls(id)).toHaveLength(1);
  });

  it('messages that are no conversation are a 400, before anything is sent', async () => {
    covers('002/invoke-messages');
    const { path } = await make();
    const count = agent.ledger.length;
    const wrong = [undefined, null, [], 'hello', { role: 'user' }, ['hello'], [{ role: 'user' }], [{ content: 'x' }]];
    const answers = await Promise.all(wrong.map((messages) => invoke(path, { messages })));
    expect(answers.map(({ status }) => status)).toEqual(many);
    for (const odd of [[{ role: '', content: 'x' }], [{ role: 'user', content: 7 }]])
      expect((await invoke(path, { messages: odd })).status).toBe(400);
    expect(agent.ledger).toHaveLength(count);
  });

  it('an event stream has the pieces and then the whole answer', async () => {
    covers('002/invoke-stream');
    const { id, path } = await make();
    const request = { headers: events, body: saying('in pieces, please') };
    const { status, headers, text } = await plugboard.call(`POST ${path}/invoke`, request);
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream']);
    const blocks = text.split('\n\n').filter((block) => block.startsWith('event:'));
    const pieces = blocks.filter((block) => block.startsWith('event: delta\n'));
    const said = pieces.map((block) => JSON.parse(block.split('data: ')[1] ?? '').content).join('');
    expect(pieces.length).toBeGreaterThan(1);
    expect(said).toBe('You said "in pieces, please".');
    expect(blocks.at(-1)).toMatch(/^event: result\n/);
    expect(JSON.parse(blocks.at(-1)?.split('data: ')[1] ?? '')).toEqual({
      success: true,
      latencyMs: expect.any(Number),
      messages: [{ role: 'assistant', content: said }],
      tokensUsage: { input: 9, output: 4 },
    });
    expect(await calls(id)).toMatchObject([{ tool: 'invoke', status: 'ok' }]);
  });

  it('an event stream that breaks off ends with a result that says so', async () => {
    covers('002/invoke-stream', '002/invoke-error-inside');
    const { id, path } = await make();
    agent.next('fails_midway', 'breaks_off');
    for (const error of [/overloaded/, /broke/]) {
      const { text } = await plugboard.call(`POST ${path}/invoke`, { headers: events, body: saying('x') });
      const result = JSON.parse(text.split('event: result\ndata: ')[1] ?? '');
      expect(result).toMatchObject({ success: false, error: expect.stringMatching(error) });
      expect(result).not.toHaveProperty('fault');
    }
    expect(await calls(id)).toMatchObject([{ status: 'outcome_unknown' }, { status: 'rejected' }]);
    const bad = await plugboard.call(`POST ${path}/invoke`, { headers: events, body: { messages: [] } });
    expect(bad).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
  });

  it.each([{}, events])('a caller that leaves ends the request to the agent (%j)', async (headers) => {
    covers('002/invoke-cancelled');
    const { id, path } = await make();
    agent.next(headers === events ? 'never_stops' : 'hang');
    const count = agent.ledger.length;
    const leaving = new AbortController();
    const left = fetch(`${plugboard.publicUrl}${path}/invoke`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${plugboard.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(saying('are you there?')),
      signal: leaving.signal,
    }).catch(() => undefined);
    while (agent.ledger.length === count) await setTimeout(5);
    leaving.abort();
    await left;
    while (agent.ledger[count]?.left !== true) await setTimeout(5);
    for (;;) {
      const [call] = await calls(id);
      if (call?.['status'] !== 'executing') return expect(call).toMatchObject({ status: 'outcome_unknown' });
      await setTimeout(20);
    }
  });

  it('a key without tools:write_unasked is told which tool asks instead, and a person may', async () => {
    covers('002/invoke-unasked', 'everywhere/14-unasked');
    const { id, path } = await make();
    const count = agent.ledger.length;
    const refused = await invoke(path, { messages: 'not even read' }, await plugboard.mint());
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(refused.text).toContain('tools:write_unasked');
    expect(refused.text).toContain(`${await handleOf(plugboard, id)}__invoke`);
    expect(agent.ledger).toHaveLength(count);
    const unasked = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    for (const key of [ann.token, unasked])
      expect((await invoke(path, saying('hi'), key)).body).toMatchObject({ success: true });
    const harmless = await reading();
    expect((await invoke(harmless.path, saying('hi'), await plugboard.mint())).body).toMatchObject({ success: true });
  });

  it('is a tool of other agents that asks a person, or runs where it only reads', async () => {
    covers('002/tool', '002/tool-effect', 'everywhere/14-ask-or-run');
    const [writing, plain] = [await make(), await reading()];
    const key = await plugboard.mint();
    const client = await mcpClient(plugboard.publicUrl, key);
    const { tools } = await client.listTools();
    const name = `${await handleOf(plugboard, writing.id)}__invoke`;
    expect(tools.find((tool) => tool.name === name)).toMatchObject({
      annotations: { readOnlyHint: false },
      inputSchema: { type: 'object', required: ['messages'] },
    });
    const ran = await client.callTool({
      name: `${await handleOf(plugboard, plain.id)}__invoke`,
      arguments: saying('hi'),
    });
    expect(JSON.stringify(ran.content)).toContain('You said');
    const count = agent.ledger.length;
    const asked = await client.callTool({ name, arguments: saying('delete everything') });
    expect(asked.structuredContent).toMatchObject({ status: 'needs_approval' });
    expect(agent.ledger).toHaveLength(count);
    await client.close();
    const at = `/api/v1/approvals/${approvalIn(asked.structuredContent)}`;
    const waiting = await plugboard.call(`GET ${at}`, { key: ann.token });
    expect(waiting.body).toMatchObject({
      target: `POST ${agent.baseUrl}/chat/completions`,
      arguments: saying('delete everything'),
    });
    const approved = await plugboard.call(`POST ${at}/approve`, { key: ann.token });
    expect(approved.body).toMatchObject({ status: 'done' });
    const call = { key, body: { arguments: saying('delete everything') } };
    expect((await plugboard.call(`POST /api/v1/connections/${writing.id}/tools/invoke/call`, call)).body).toEqual({
      status: 'ok',
      output: {
        messages: [{ role: 'assistant', content: 'You said "delete everything".' }],
        tokensUsage: { input: 9, output: 4 },
      },
    });
    expect(await calls(writing.id)).toMatchObject([{ door: 'approval' }, { door: 'mcp', status: 'needs_approval' }]);
  });

  it('as a tool tells apart what was refused, what was unreachable and what is unknown', async () => {
    covers('002/tool');
    const [writing, plain] = [await make(), await reading()];
    const key = await plugboard.mint({ scopes: ['tools:call', 'tools:write_unasked'] });
    const call = async (id: string, args: object = saying('hi')) =>
      (await plugboard.call(`POST /api/v1/connections/${id}/tools/invoke/call`, { key, body: { arguments: args } }))
        .body;
    agent.next('unavailable', 'echo', 'reset_after_work', 'reset_after_work');
    expect(await call(writing.id)).toMatchObject({ status: 'unavailable' });
    expect(await call(writing.id)).toMatchObject({ status: 'rejected', reason: 'input' });
    expect(await call(writing.id)).toMatchObject({ status: 'outcome_unknown' });
    expect(await call(plain.id)).toMatchObject({ status: 'unavailable' });
    for (const args of [{}, { messages: [] }, { messages: [{ role: 'user' }] }])
      expect(await call(plain.id, args)).toMatchObject({ status: 'rejected', reason: 'input' });
    await plugboard.call(`PUT ${plain.path}`, { body: { headers: {} } });
    expect(await call(plain.id)).toMatchObject({ status: 'rejected', reason: 'auth' });
    const { body } = await plugboard.call(`GET ${endpointsPath}`);
    expect(JSON.stringify(body)).toContain(plain.id);
    expect(await call(plain.id)).toMatchObject({ status: 'rejected', reason: 'auth' });
  });

  it('is neither a connection nor a connector of the other documents', async () => {
    covers('002/hidden');
    const { id } = await make();
    const at = `/api/v1/connections/${id}`;
    expect((await plugboard.call(`GET ${at}`)).status).toBe(404);
    expect((await plugboard.call(`PATCH ${at}`, { body: { label: 'x' } })).status).toBe(404);
    expect((await plugboard.call(`DELETE ${at}`)).status).toBe(404);
    expect((await plugboard.call(`POST ${at}/credentials`, { body: {} })).status).toBe(404);
    expect((await plugboard.call(`PATCH ${at}/tools/invoke`, { body: { disabled: true } })).status).toBe(404);
    expect((await plugboard.call(`GET /v1/connectors/${id}`)).status).toBe(404);
    const lists = [
      '/api/v1/connections?scope=workspace',
      '/api/v1/connectors',
      '/v1/connectors',
      '/api/v1/connectors?q=agent',
      '/api/v1/integrations',
    ];
    for (const list of lists) {
      const { text } = await plugboard.call(`GET ${list}`);
      expect(text).not.toContain(id);
      expect(text).not.toContain('agent:');
    }
    expect((await plugboard.call('GET /api/v1/connectors/agent:openai')).status).toBe(404);
    const security = { authMethod: 'bearer', token: 'x' };
    const refused: readonly (readonly [operation: string, body?: object])[] = [
      ['GET /v1/tools/connectors/agent:openai/operations'],
      ['POST /v1/tools/connectors/agent:openai/connect', { name: 'x', access_scope: 'personal', security }],
      ['POST /api/v1/connectors/agent:openai/verify?workspace_id=default', { fields: {} }],
      ['POST /api/v1/connectors/agent:openai/install?workspace_id=default', { fields: {} }],
    ];
    for (const [operation, body] of refused) {
      const { status } = await plugboard.call(operation, body === undefined ? {} : { body });
      expect([400, 404, 422], operation).toContain(status);
    }
    expect((await plugboard.call(`GET /api/v1/integrations/${id}`)).status).toBe(404);
    const wish = { body: { connectorSlug: 'agent:openai' } };
    expect((await plugboard.call('POST /api/v1/connections', wish)).status).toBe(400);
    expect((await plugboard.call('GET /api/v1/tools')).text).toContain(id);
  });
});

function approvalIn(content: unknown): string {
  if (typeof content === 'object' && content !== null && 'approval_id' in content) return String(content.approval_id);
  throw new Error('Nobody was asked.');
}
