import { describe, expect, it } from 'vitest';
import type { AgentAsk, AgentReading } from '../protocol.ts';
import { langgraph } from './langgraph.ts';

const ask: AgentAsk = {
  baseUrl: 'http://localhost:8123',
  config: { assistantId: 'helper', configurable: { tone: 'formal' } },
  messages: [{ role: 'user', content: 'Hello' }],
  callId: 'call',
  streamed: false,
};

const read = (
  body: unknown,
  more: Partial<AgentAsk> = {},
  headers: Readonly<Record<string, string>> = {},
): AgentReading => langgraph.read({ headers, body }, { ...ask, ...more });

describe('the address of a run', () => {
  it.each([
    [{}, false, 'http://localhost:8123/runs/wait'],
    [{}, true, 'http://localhost:8123/runs/stream'],
    [{ threadId: 'a b' }, false, 'http://localhost:8123/threads/a%20b/runs/wait'],
    [{ baseUrl: 'https://agents.example/lg/' }, false, 'https://agents.example/lg/runs/wait'],
    [
      { baseUrl: 'https://agents.example/lg?tenant=7#x', threadId: 't' },
      true,
      'https://agents.example/lg/threads/t/runs/stream?tenant=7',
    ],
  ])('%j (streamed: %s) is %s', (more, streamed, url) => {
    expect(langgraph.address({ ...ask, ...more }, streamed)).toEqual({ ok: true, url });
  });

  it.each(['', '.', '..', '%2e%2e', 'a/b', 'a\\b', '%2F', 'a\n', '%252e%252e'])(
    'does not exist for the thread %j (S10)',
    (threadId) => {
      const address = langgraph.address({ ...ask, threadId }, false);
      expect(address).toMatchObject({ ok: false, error: expect.stringMatching(/^The thread id .+\.$/) });
    },
  );

  it('does not exist for a base URL that is none', () => {
    expect(langgraph.address({ ...ask, baseUrl: 'ftp://agents.example' }, false)).toMatchObject({ ok: false });
  });
});

describe('what starts a run', () => {
  it('is the messages with ids, the configuration and a mark, and ends with its caller', () => {
    expect(langgraph.body(ask)).toEqual({
      assistant_id: 'helper',
      input: { messages: [{ id: 'call-0', role: 'user', content: 'Hello' }] },
      config: { configurable: { tone: 'formal' } },
      metadata: { plugboard_call: 'call' },
      on_disconnect: 'cancel',
    });
  });

  it('begins a thread that is not there yet', () => {
    expect(langgraph.body({ ...ask, threadId: 't' })).toMatchObject({ if_not_exists: 'create' });
  });
});

describe('the state after a run', () => {
  const said = { type: 'ai', content: 'Hi' };

  it.each([
    ['with the ids they were sent with', [{ id: 'call-0', type: 'human', content: 'Hello' }, said]],
    ['with the ids they were sent with and other words', [{ id: 'call-0', type: 'human', content: 'HELLO' }, said]],
    ['with ids of the server', [{ id: '1', type: 'human', content: 'Hello' }, said]],
    ['without ids, in blocks', [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }, said]],
    [
      'behind a message of the server',
      [{ type: 'system', content: 'Be kind' }, { type: 'human', content: 'Hello' }, said],
    ],
    ['not at all', [said]],
  ])('answers nothing of what was sent, which it holds %s', (_how, messages) => {
    expect(read({ messages })).toMatchObject({ success: true, messages: [{ role: 'assistant', content: 'Hi' }] });
  });

  it('answers on a thread with what came after the latest of the same words', () => {
    const [hello, thread] = [{ type: 'human', content: 'Hello' }, { threadId: 't' }];
    expect(
      read({ messages: [hello, { type: 'ai', content: 'Hi' }, hello, { type: 'ai', content: 'Hi again' }] }, thread),
    ).toMatchObject({
      messages: [{ content: 'Hi again' }],
    });
  });

  it('answers off a thread with all that came after the first of the same words', () => {
    const hello = { type: 'human', content: 'Hello' };
    expect(read({ messages: [hello, said, hello, said] })).toMatchObject({ messages: [{}, { role: 'user' }, {}] });
  });

  it.each([
    [{ 'content-location': '/threads/one/runs/two' }, {}, 'one'],
    [{ 'content-location': 'https://agents.example/lg/threads/a%20b/runs/two' }, {}, 'a b'],
    [{ 'content-location': '/threads/%zz/runs/two' }, {}, '%zz'],
    [{ 'content-location': '/runs/two' }, { thread_id: 'three' }, 'three'],
    [{}, { thread_id: 3 }, undefined],
  ])('names the thread where the server does: %j %j', (headers, body, threadId) => {
    const reading = read({ messages: [], ...body }, {}, headers);
    expect(reading).toEqual({ success: true, messages: [], ...(threadId === undefined ? {} : { threadId }) });
  });

  it.each([
    ['usage_metadata', { usage_metadata: { input_tokens: 1, output_tokens: 2 } }],
    ['tokenUsage', { response_metadata: { tokenUsage: { promptTokens: 1, completionTokens: 2 } } }],
    ['token_usage', { response_metadata: { token_usage: { prompt_tokens: 1, completion_tokens: 2 } } }],
    ['usage', { response_metadata: { usage: { input_tokens: 1, output_tokens: 2 } } }],
  ])('adds up the tokens that %s counts', (_name, counts) => {
    const message = { ...said, ...counts };
    expect(read({ messages: [message, said, message] })).toMatchObject({ tokensUsage: { input: 2, output: 4 } });
  });

  it.each([
    [{ __error__: { error: 'ValueError', message: 'no such order' } }, 'The agent failed: no such order'],
    [{ __error__: { error: 'GraphRecursionError' }, messages: [] }, 'The agent failed: GraphRecursionError'],
    [{ __error__: {} }, 'The agent failed: it does not say why'],
    [{ __error__: 'out of order' }, 'The agent failed: out of order'],
    [
      { __interrupt__: [{ value: 'May I?' }], messages: [] },
      'The agent stopped to ask for something, and cannot be answered here',
    ],
    [{ messages: 'Hi' }, 'The agent answered without messages: its state holds none'],
    [null, 'The answer is not the state of a LangGraph run'],
    ['<html>', 'The answer is not the state of a LangGraph run'],
    [[], 'The answer is not the state of a LangGraph run'],
  ])('that is %j is a failure', (body, error) => {
    expect(read(body)).toEqual({ success: false, error, fault: 'refused' });
  });

  it.each([
    [
      { type: 'AIMessageChunk', content: 'Hi' },
      { role: 'assistant', content: 'Hi' },
    ],
    [
      { type: 'function', content: '7' },
      { role: 'tool', content: '7' },
    ],
    [
      { type: 'generic', role: 'critic', content: 'No' },
      { role: 'critic', content: 'No' },
    ],
    [{ content: null }, { role: 'assistant', content: '' }],
    [
      { type: 'ai', content: 'x', tool_calls: [{ name: 'a', args: '{"b' }, { id: 1 }, null] },
      { role: 'assistant', content: 'x', toolCalls: [{ id: null, name: 'a', arguments: '{"b' }] },
    ],
  ])('holds the message %j', (message, read_) => {
    expect(read({ messages: [message, 'stray', null] })).toEqual({ success: true, messages: [read_] });
  });
});
