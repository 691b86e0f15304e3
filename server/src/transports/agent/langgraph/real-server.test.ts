import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { langGraphStartMs, type LangGraphServer, startLangGraph } from '../../../../../tests/support/langgraph.ts';
import { hear, newAgentCall } from '../../../../../tests/support/new-agent-call.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import type { Egress } from '../../../egress/egress.ts';
import { newId } from '../../../lib/ids.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { Secret } from '../../../lib/secret.ts';
import { invokeAgent, streamAgent } from '../../agent.ts';
import type { AgentAnswer, AgentCall } from '../agent-call.ts';

let server: LangGraphServer;
let egress: Egress;
let folder: string;
beforeAll(async () => {
  egress = openEgress();
  folder = mkdtempSync(join(tmpdir(), 'plugboard-traces-'));
  server = await startLangGraph();
}, langGraphStartMs);
afterAll(async () => {
  await server?.stop();
  await egress.close();
  rmSync(folder, { recursive: true, force: true });
});

const callOf = (
  assistantId: string,
  more: Partial<AgentCall> & { readonly configurable?: JsonObject } = {},
): AgentCall => {
  const { configurable, ...rest } = more;
  const config = configurable === undefined ? { assistantId } : { assistantId, configurable };
  return newAgentCall({ type: 'langgraph', baseUrl: server.url, config, egress }, rest);
};
const invoke = (...args: Parameters<typeof callOf>): Promise<AgentAnswer> => invokeAgent(callOf(...args));

describe('a stateless run', () => {
  it('answers with what the agent said, and nothing of what it was told', async () => {
    const answer = await invoke('answers', {
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hello, I need help' },
        { role: 'assistant', content: 'With what?' },
        { role: 'user', content: 'My order' },
      ],
    });
    expect(answer).toEqual({
      success: true,
      latencyMs: expect.any(Number),
      messages: [{ role: 'assistant', content: 'You said "My order". I have heard 2 of your messages.' }],
      tokensUsage: { input: 20, output: 7 },
    });
    expect(answer.latencyMs).toBeGreaterThan(0);
  });

  it('is given what is configurable', async () => {
    const answer = await invoke('echoes', { configurable: { tone: 'formal' } });
    expect(answer).toMatchObject({
      success: true,
      messages: [{ content: expect.stringContaining('"tone":"formal"') }],
    });
  });

  it('tells its own messages from those of the caller when the server forgets their ids', async () => {
    const messages = ['Hello', 'Hello'].map((content) => ({ role: 'user', content }));
    expect(await invoke('forgets-ids', { messages })).toMatchObject({
      success: true,
      messages: [{ role: 'assistant', content: 'Who are you?' }],
    });
  });

  it('keeps the calls of tools, and adds up the tokens', async () => {
    expect(await invoke('calls-tools')).toMatchObject({
      messages: [
        {
          role: 'assistant',
          content: '',
          toolCalls: [{ id: 'call_1', name: 'find_order', arguments: { number: 12345 } }],
        },
        { role: 'tool', content: 'shipped', toolCallId: 'call_1' },
        { role: 'assistant', content: 'Order 12345 has been shipped.' },
      ],
      tokensUsage: { input: 50, output: 13 },
    });
  });

  it('goes on with a conversation that has calls of tools in it', async () => {
    const first = await invoke('calls-tools');
    const said = first.success ? first.messages : [];
    const messages = [{ role: 'user', content: 'Where is it?' }, ...said, { role: 'user', content: 'Thanks' }];
    expect(await invoke('answers', { messages })).toMatchObject({
      success: true,
      messages: [{ content: 'You said "Thanks". I have heard 2 of your messages.' }],
    });
  });

  it('joins the blocks of a content, and counts tokens where older models do', async () => {
    expect(await invoke('speaks-blocks')).toMatchObject({
      messages: [{ role: 'assistant', content: 'One, two.' }],
      tokensUsage: { input: 4, output: 3 },
    });
  });

  it('fails in the words of the agent', async () => {
    expect(await invoke('fails')).toMatchObject({
      success: false,
      error: 'The agent failed: The order service is down',
      rawResponse: expect.stringContaining('__error__'),
      fault: 'refused',
    });
  });

  it('fails where the state of the agent holds no messages', async () => {
    expect(await invoke('without-messages')).toMatchObject({
      success: false,
      error: 'The agent answered without messages: its state holds none',
      fault: 'refused',
    });
  });

  it('fails in the words of the server for an unknown assistant', async () => {
    expect(await invoke('nobody')).toMatchObject({
      success: false,
      error: expect.stringMatching(/^HTTP 404: No assistant found for "nobody"/),
      fault: 'refused',
    });
  });

  it('fails in the words of the graph for a role it does not know', async () => {
    expect(await invoke('answers', { messages: [{ role: 'wizard', content: 'Abracadabra' }] })).toMatchObject({
      success: false,
      error: expect.stringMatching(/^The agent failed: Unable to coerce message/),
    });
  });

  it('waits through keep-alive newlines', async () => {
    expect(await invoke('slow', { configurable: { seconds: 2.5 } })).toMatchObject({
      success: true,
      messages: [{ content: 'That took a while.' }],
    });
  });

  it('gives no secret back that the agent repeats', async () => {
    const headers = {
      'x-team-key': new Secret('team-key-0123456789'),
      authorization: new Secret('Bearer tok-9876543210'),
    };
    const answer = await invoke('echoes', { headers, configurable: { copied: 'tok-9876543210' } });
    expect(JSON.stringify(answer)).not.toMatch(/team-key-0123456789|tok-9876543210/);
    expect(answer).toMatchObject({
      success: true,
      messages: [{ content: expect.stringContaining('"x-team-key":"[redacted]"') }],
    });
  });
});

describe('a run on a thread', () => {
  it('begins the thread, remembers it, and answers with the new messages alone', async () => {
    const threadId = newId();
    const hello = { messages: [{ role: 'user', content: 'Again' }], threadId };
    expect(await invoke('answers', hello)).toMatchObject({
      threadId,
      messages: [{ content: 'You said "Again". I have heard 1 of your messages.' }],
    });
    const second = await invoke('answers', hello);
    expect(second).toMatchObject({
      threadId,
      messages: [{ content: 'You said "Again". I have heard 2 of your messages.' }],
      tokensUsage: { input: 20, output: 7 },
    });
    expect(second.success && second.messages).toHaveLength(1);
  });

  it('fails when the agent does', async () => {
    expect(await invoke('fails', { threadId: newId() })).toMatchObject({
      success: false,
      error: 'The agent failed: The order service is down',
    });
  });

  it('fails when the agent stops to ask', async () => {
    expect(await invoke('asks', { threadId: newId() })).toMatchObject({
      success: false,
      error: 'The agent stopped to ask for something, and cannot be answered here',
      fault: 'refused',
    });
  });

  it('fails in the words of the server for an id that is not one of its own', async () => {
    expect(await invoke('answers', { threadId: 'my thread' })).toMatchObject({
      success: false,
      error: 'HTTP 400: Invalid uuid',
    });
  });
});

describe('a streamed run', () => {
  it.each([false, true])('comes in pieces and ends with the whole answer (on a thread: %s)', async (onThread) => {
    const threadId = onThread ? newId() : undefined;
    const { pieces, text, answers } = await hear(streamAgent(callOf('streams', { threadId })));
    expect(pieces.length).toBeGreaterThan(1);
    expect(text).toBe('Piece by piece.');
    expect(answers).toMatchObject([{ success: true, messages: [{ role: 'assistant', content: 'Piece by piece.' }] }]);
    if (threadId !== undefined) expect(answers[0]).toHaveProperty('threadId', threadId);
  });

  it('ends with a failure when the agent fails', async () => {
    const { text, answers } = await hear(streamAgent(callOf('fails')));
    expect(text).toBe('');
    expect(answers).toMatchObject([
      { success: false, error: 'The agent failed: The order service is down', fault: 'refused' },
    ]);
  });

  it('ends with a failure for an unknown assistant', async () => {
    const { answers } = await hear(streamAgent(callOf('nobody')));
    expect(answers).toMatchObject([{ success: false, error: expect.stringMatching(/^HTTP 404: No assistant found/) }]);
  });

  it('gives no secret back that the agent repeats', async () => {
    const headers = { 'x-team-key': new Secret('team-key-0123456789') };
    const { text, answers } = await hear(streamAgent(callOf('echoes', { headers })));
    expect(text + JSON.stringify(answers)).not.toContain('team-key-0123456789');
    expect(text).toContain('[redacted]');
  });
});

describe('a run whose caller leaves', () => {
  const ways: readonly [string, boolean, (call: AgentCall) => Promise<readonly AgentAnswer[]>][] = [
    ['waiting for a stateless run', false, async (call) => [await invokeAgent(call)]],
    ['waiting for a run on a thread', true, async (call) => [await invokeAgent(call)]],
    ['reading a stateless run', false, async (call) => (await hear(streamAgent(call))).answers],
    ['reading a run on a thread', true, async (call) => (await hear(streamAgent(call))).answers],
  ];

  it.each(ways)('is cancelled on the server, %s', async (_name, onThread, ask) => {
    const [trace, leaving] = [join(folder, newId()), new AbortController()];
    const threadId = onThread ? newId() : undefined;
    const answers = ask(callOf('slow', { threadId, signal: leaving.signal, configurable: { seconds: 20, trace } }));
    await written(trace, 'started');
    leaving.abort();
    expect(await answers).toMatchObject([{ success: false, error: 'Cancelled', fault: 'cut_off' }]);
    await written(trace, 'cancelled');
    expect(readFileSync(trace, 'utf8')).toBe('started\ncancelled\n');
  });

  it('is cancelled on the server when nobody reads the stream any more', async () => {
    const trace = join(folder, newId());
    for await (const event of streamAgent(callOf('announces', { configurable: { seconds: 20, trace } }))) {
      expect(event).toEqual({ event: 'delta', content: 'One moment. ' });
      break;
    }
    await written(trace, 'cancelled');
  });

  it('is cancelled on the server when it takes too long', async () => {
    const trace = join(folder, newId());
    const answer = await invoke('slow', { timeoutMs: 3_000, configurable: { seconds: 20, trace } });
    expect(answer).toMatchObject({ success: false, error: 'Timed out after 3 s', fault: 'cut_off' });
    await written(trace, 'cancelled');
  });

  it('leaves the other runs of a thread alone', async () => {
    const [trace, threadId, leaving] = [join(folder, newId()), newId(), new AbortController()];
    const first = invoke('slow', { threadId, configurable: { seconds: 3, trace } });
    await written(trace, 'started');
    expect(await invoke('slow', { threadId })).toMatchObject({
      success: false,
      error: expect.stringMatching(/^HTTP 422: Thread is already/),
    });
    leaving.abort();
    expect(await invoke('slow', { threadId, signal: leaving.signal })).toMatchObject({
      success: false,
      error: 'Cancelled',
    });
    expect(await first).toMatchObject({ success: true });
  });
});

async function written(file: string, word: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(word)) {
    if (Date.now() > deadline) throw new Error(`The agent never was "${word}".`);
    await setTimeout(50);
  }
}
