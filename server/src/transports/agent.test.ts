import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../../tests/emulators/listen.ts';
import { type OpenaiEmulator, startOpenai } from '../../../tests/emulators/openai.ts';
import { freePort } from '../../../tests/support/free-port.ts';
import { hear, type HeardStream, newAgentCall } from '../../../tests/support/new-agent-call.ts';
import { openEgress } from '../../../tests/support/open-egress.ts';
import { createEgress } from '../egress/create-egress.ts';
import type { Egress } from '../egress/egress.ts';
import { Secret } from '../lib/secret.ts';
import { agentTarget, agentTypeWords, checkAgentConfig, invokeAgent, streamAgent } from './agent.ts';
import type { AgentAnswer, AgentCall } from './agent/agent-call.ts';

let chat: OpenaiEmulator;
let egress: Egress;
beforeAll(async () => {
  egress = openEgress();
  chat = await startOpenai();
});
afterAll(async () => {
  await chat.stop();
  await egress.close();
});

const callOf = (more: Partial<AgentCall> = {}): AgentCall =>
  newAgentCall(
    { type: 'openai', baseUrl: chat.baseUrl, config: { model: 'small' }, egress },
    { headers: { authorization: new Secret(`Bearer ${chat.key}`) }, ...more },
  );
const invoke = (more?: Partial<AgentCall>): Promise<AgentAnswer> => invokeAgent(callOf(more));
const stream = (more?: Partial<AgentCall>): Promise<HeardStream> => hear(streamAgent(callOf(more)));

describe('an agent that speaks chat completions', () => {
  it('is sent the conversation with the headers, and answers', async () => {
    const answer = await invoke({ config: { model: 'small', system: 'Be kind', temperature: 0.5 } });
    expect(answer).toEqual({
      success: true,
      latencyMs: expect.any(Number),
      messages: [{ role: 'assistant', content: 'You said "Hello".' }],
      tokensUsage: { input: 9, output: 4 },
    });
    expect(chat.ledger.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      headers: { authorization: `Bearer ${chat.key}`, 'content-type': 'application/json', accept: 'application/json' },
      body: { model: 'small', temperature: 0.5, messages: [{ role: 'system' }, { role: 'user', content: 'Hello' }] },
    });
  });

  it.each([
    ['calls_tool', { content: '', toolCalls: [{ id: 'call_1', name: 'find_order', arguments: { number: 12345 } }] }],
    ['refuses', { content: 'I cannot help with that.' }],
    ['speaks_blocks', { content: 'One, two.' }],
    ['lies_about_type', { content: 'You said "Hello".' }],
  ] as const)('is understood when it %s, at once and in pieces', async (manner, message) => {
    chat.next(manner, manner);
    expect(await invoke()).toMatchObject({ success: true, messages: [{ role: 'assistant', ...message }] });
    const { text, answers } = await stream();
    expect(text).toBe(message.content);
    expect(answers).toMatchObject([
      { success: true, messages: [{ role: 'assistant', ...message }], tokensUsage: { input: 9, output: 4 } },
    ]);
  });

  it('comes in pieces', async () => {
    const { pieces, text, answers } = await stream();
    expect(pieces.length).toBeGreaterThan(1);
    expect(text).toBe('You said "Hello".');
    expect(answers).toMatchObject([{ success: true, messages: [{ content: 'You said "Hello".' }] }]);
  });

  it('is understood when it answers a stream at once', async () => {
    chat.next('ignores_stream');
    const { text, answers } = await stream();
    expect(text).toBe('');
    expect(answers).toMatchObject([{ success: true, messages: [{ content: 'You said "Hello".' }] }]);
  });
});

describe('an agent that does not answer', () => {
  const both = (more?: Partial<AgentCall>): readonly (() => Promise<AgentAnswer | undefined>)[] => [
    () => invoke(more),
    async () => {
      const { text, answers } = await stream(more);
      expect(text).toBe('');
      expect(answers).toHaveLength(1);
      return answers[0];
    },
  ];

  it.each([
    ['rate_limit', 'HTTP 429: Retry later', 'limited'],
    ['unavailable', 'HTTP 503: Down for maintenance', 'unreachable'],
    ['bad_gateway', 'HTTP 502: Bad Gateway', 'cut_off'],
    ['redirect', 'HTTP 307', 'refused'],
  ] as const)('says so: %s', async (manner, error, fault) => {
    for (const ask of both()) {
      const before = chat.ledger.length;
      chat.next(manner);
      expect(await ask()).toMatchObject({ success: false, error, fault, rawResponse: expect.any(String) });
      expect(chat.ledger.length - before).toBe(1);
    }
  });

  it('says why in its own words', async () => {
    const headers = { authorization: new Secret('Bearer wrong-key-0123456789') };
    for (const ask of both({ headers }))
      expect(await ask()).toMatchObject({
        error: 'HTTP 401: Incorrect API key provided.',
        rawResponse: expect.stringContaining('invalid_api_key'),
        fault: 'refused',
      });
    expect(await invoke({ config: { model: 'huge' } })).toMatchObject({ error: 'HTTP 404: The model does not exist.' });
  });

  it('is no agent when it answers with a page', async () => {
    for (const ask of both()) {
      chat.next('html');
      expect(await ask()).toMatchObject({
        error: 'The answer is not a chat completion',
        rawResponse: '<html><body>Welcome!</body></html>',
        fault: 'refused',
      });
    }
  });

  it('is given up in time', async () => {
    for (const ask of both({ timeoutMs: 300 })) {
      chat.next('hang');
      expect(await ask()).toMatchObject({ error: 'Timed out after 0.3 s', fault: 'cut_off' });
    }
  });

  it('is given up when it never stops', async () => {
    chat.next('huge', 'huge', 'never_stops');
    for (const ask of both()) expect(await ask()).toMatchObject({ error: 'The answer is too large', fault: 'cut_off' });
    const { answers } = await stream();
    expect(answers).toMatchObject([{ success: false, error: 'The answer is too large', fault: 'cut_off' }]);
  });

  it('broke the connection', async () => {
    for (const ask of both()) {
      chat.next('reset');
      const error = 'The connection broke before the answer was complete';
      expect(await ask()).toMatchObject({ error, fault: 'cut_off' });
    }
  });

  it.each([
    ['breaks_off', 'The connection broke before the answer was complete', 'cut_off'],
    ['ends_early', 'The answer broke off', 'cut_off'],
    ['fails_midway', 'The agent failed: The engine is overloaded.', 'refused'],
  ] as const)('stopped in the middle: %s', async (manner, error, fault) => {
    chat.next(manner);
    expect((await stream()).answers).toMatchObject([{ success: false, error, fault }]);
  });

  it('is not there', async () => {
    const baseUrl = `http://127.0.0.1:${await freePort()}`;
    for (const ask of both({ baseUrl })) {
      const answer = await ask();
      expect(answer).toEqual({
        success: false,
        latencyMs: expect.any(Number),
        error: 'Connection refused',
        fault: 'unreachable',
      });
    }
  });

  it('has no address', async () => {
    for (const ask of both({ baseUrl: 'http://nobody.invalid' }))
      expect(await ask()).toMatchObject({ error: 'Host not found', fault: 'unreachable' });
  });

  it('does not speak TLS', async () => {
    const baseUrl = chat.baseUrl.replace('http:', 'https:');
    for (const ask of both({ baseUrl }))
      expect(await ask()).toMatchObject({ error: 'TLS connection failed', fault: 'unreachable' });
  });
});

describe('a call that our own rules refuse', () => {
  it('is never sent to a private address, unless it may be', async () => {
    const guarded = createEgress({
      allow: [],
      ownAddresses: { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' },
    });
    const before = chat.ledger.length;
    const answer = await invoke({ egress: guarded });
    expect(answer).toMatchObject({ success: false, error: expect.stringMatching(/\w+ \w+.*\.$/), fault: 'refused' });
    expect(chat.ledger.length).toBe(before);
    expect(await invoke({ egress: guarded, loopback: true })).toMatchObject({ success: true });
    expect((await stream({ egress: guarded, loopback: true })).answers).toMatchObject([{ success: true }]);
    await guarded.close();
  });

  it.each<[Partial<AgentCall>, string]>([
    [{ config: {} }, 'config.model is required: name the model to ask.'],
    [{ threadId: 't' }, 'Agents of type openai have no threads. Send the whole conversation as messages instead.'],
    [
      { type: 'langgraph', config: { assistantId: 'a' }, threadId: '..' },
      'The thread id may not be "." or ".." or hold a slash, a backslash or a control character.',
    ],
    [{ headers: { host: new Secret('elsewhere.example') } }, 'The header "host" cannot be sent.'],
    [{ headers: { 'x-key': new Secret('two\nlines') } }, 'The header "x-key" cannot be sent.'],
  ])('is never sent: %j', async (more, error) => {
    const before = chat.ledger.length;
    expect(await invoke(more)).toEqual({ success: false, latencyMs: 0, error, fault: 'refused' });
    expect((await stream(more)).answers).toEqual([{ success: false, latencyMs: 0, error, fault: 'refused' }]);
    expect(chat.ledger.length).toBe(before);
  });
});

describe('a caller who leaves', () => {
  it('ends the request, waiting or reading', async () => {
    for (const manner of ['hang', 'dawdles'] as const) {
      const leaving = new AbortController();
      const before = chat.ledger.length;
      chat.next(manner);
      const answers =
        manner === 'hang'
          ? [invoke({ signal: leaving.signal })]
          : [stream({ signal: leaving.signal }).then((heard) => heard.answers[0])];
      while (chat.ledger.length === before) await setTimeout(10);
      await setTimeout(100);
      leaving.abort();
      expect(await Promise.all(answers)).toMatchObject([{ success: false, error: 'Cancelled', fault: 'cut_off' }]);
      await expect.poll(() => chat.ledger.at(-1)?.left).toBe(true);
    }
  });

  it('ends the request by reading no further', async () => {
    chat.next('dawdles');
    for await (const event of streamAgent(callOf())) {
      expect(event.event).toBe('delta');
      break;
    }
    await expect.poll(() => chat.ledger.at(-1)?.left).toBe(true);
  });

  it('before anything is sent has asked for nothing', async () => {
    const before = chat.ledger.length;
    expect(await invoke({ signal: AbortSignal.abort() })).toMatchObject({ error: 'Cancelled', fault: 'unreachable' });
    expect((await stream({ signal: AbortSignal.abort() })).answers).toMatchObject([
      { error: 'Cancelled', fault: 'unreachable' },
    ]);
    expect(chat.ledger.length).toBe(before);
  });
});

describe('a secret that the agent repeats', () => {
  it('stays here, whole and in pieces', async () => {
    chat.next('repeats_key', 'repeats_key');
    const answer = await invoke();
    const { text, answers } = await stream();
    for (const said of [JSON.stringify(answer), text, JSON.stringify(answers)]) {
      expect(said).not.toContain(chat.key);
      expect(said).toContain('Your key is [redacted], I believe.');
    }
  });

  it('stays here in an error, too', async () => {
    chat.next('echo', 'echo');
    for (const said of [JSON.stringify(await invoke()), JSON.stringify((await stream()).answers)]) {
      expect(said).not.toContain(chat.key);
      expect(said).toContain('HTTP 400: You sent');
    }
  });
});

describe('what a server may answer', () => {
  const langgraphAt = (baseUrl: string): AgentCall =>
    newAgentCall({ type: 'langgraph', baseUrl, config: { assistantId: 'helper' }, egress });

  it.each([
    [
      400,
      '{"error": "invalid_request"}',
      { error: 'HTTP 400: invalid_request', rawResponse: '{"error": "invalid_request"}' },
    ],
    [422, '{"detail":"No such assistant"}', { error: 'HTTP 422: No such assistant' }],
    [500, '<html>Internal Server Error</html>', { error: 'HTTP 500', fault: 'unreachable' }],
    [404, '', { error: 'HTTP 404', rawResponse: '' }],
    [200, '', { error: 'The answer is not the state of a LangGraph run' }],
    [200, `\n\n\n${JSON.stringify({ __error__: { message: 'x' } })}`, { error: 'The agent failed: x' }],
    [200, '['.repeat(100_000), { error: 'The answer is not the state of a LangGraph run' }],
    [500, 'é'.repeat(100_000), { rawResponse: 'é'.repeat(2_000) }],
  ])('%i with %.40j', async (status, body, expected) => {
    const server = await listen((_request, response) =>
      response.writeHead(status, { 'content-type': 'image/png' }).end(body),
    );
    const answer = await invokeAgent(langgraphAt(server.url));
    await server.stop();
    expect(answer).toMatchObject({ success: false, latencyMs: expect.any(Number), ...expected });
  });

  it('is read behind keep-alive newlines and a byte order mark, whatever it is called', async () => {
    const state = JSON.stringify({ messages: [{ type: 'ai', content: 'Hé' }], thread_id: 't-1' });
    const server = await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-16' }).write('\uFEFF\n');
      setTimeout(50).then(
        () => response.end(`\r\n\n${state}\n`),
        () => undefined,
      );
    });
    const answer = await invokeAgent(langgraphAt(server.url));
    await server.stop();
    expect(answer).toMatchObject({ success: true, messages: [{ role: 'assistant', content: 'Hé' }], threadId: 't-1' });
  });

  it('may be a broken cancellation, which is passed over', async () => {
    const server = await listen((request, response) => {
      if (request.url === '/threads/search') response.end('[{"thread_id":"../../admin"}]');
    });
    const answer = await invokeAgent({ ...langgraphAt(server.url), timeoutMs: 200 });
    await server.stop();
    expect(answer).toMatchObject({ success: false, error: 'Timed out after 0.2 s', latencyMs: expect.any(Number) });
    expect(answer.latencyMs).toBeLessThan(5_000);
  });
});

describe('an agent type', () => {
  it('has words', () => {
    expect(agentTypeWords).toEqual({
      langgraph: 'LangGraph Dev API connector for langgraph-backed agents',
      openai: expect.stringMatching(/^OpenAI-compatible .+ connector for .+/),
    });
  });

  it.each([
    ['langgraph', {}, 'config.assistantId is required: name the assistant or graph to invoke.'],
    ['langgraph', { assistantId: '' }, 'config.assistantId is required: name the assistant or graph to invoke.'],
    ['langgraph', { assistantId: 7 }, 'config.assistantId must be a text.'],
    ['langgraph', { assistantId: 'a', configurable: [] }, 'config.configurable must be an object.'],
    ['langgraph', { assistantId: 'a', configurable: {}, effect: 'read' }, undefined],
    ['openai', {}, 'config.model is required: name the model to ask.'],
    ['openai', { model: ['a'] }, 'config.model must be a text.'],
    ['openai', { model: 'a', temperature: '1' }, 'config.temperature must be a number from 0 to 2.'],
    ['openai', { model: 'a', maxTokens: 0.5 }, 'config.maxTokens must be a whole number above 0.'],
    ['openai', { model: 'a', system: {} }, 'config.system must be a text.'],
    ...['chat', '/a/../b', '/%2e%2e/b', '/a?b', '/a#b', '/a\\b', '/a b', 7].map(
      (path) =>
        [
          'openai',
          { model: 'a', path },
          'config.path must be a path beneath the base URL, such as /chat/completions.',
        ] as const,
    ),
    ['openai', { model: 'a', path: '/v2/chat', temperature: 0, maxTokens: 1, system: '' }, undefined],
  ] as const)('%s checks its configuration %j', (type, config, sentence) => {
    expect(checkAgentConfig(type, config)).toBe(sentence);
  });

  it('says where a call goes', () => {
    const place = { type: 'langgraph', baseUrl: 'http://localhost:8123', config: {} } as const;
    expect(agentTarget(place)).toEqual({ method: 'POST', url: 'http://localhost:8123/runs/wait' });
    expect(agentTarget({ ...place, threadId: 't' }).url).toBe('http://localhost:8123/threads/t/runs/wait');
    expect(() => agentTarget({ ...place, threadId: '../assistants' })).toThrow(/^The thread id may not/);
  });
});
