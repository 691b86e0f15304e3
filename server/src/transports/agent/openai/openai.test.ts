import { describe, expect, it } from 'vitest';
import type { AgentAsk } from '../protocol.ts';
import { openai } from './openai.ts';

const ask: AgentAsk = {
  baseUrl: 'https://models.example/v1',
  config: { model: 'small' },
  messages: [{ role: 'user', content: 'Hello' }],
  callId: 'call',
  streamed: false,
};

describe('the address of a chat', () => {
  it.each([
    ['https://models.example/v1/', undefined, 'https://models.example/v1/chat/completions'],
    ['https://models.example', '/v2/chat', 'https://models.example/v2/chat'],
    [
      'https://models.example/deployments/a?api-version=1',
      undefined,
      'https://models.example/deployments/a/chat/completions?api-version=1',
    ],
  ])('under %s, with the path %s, is %s', (baseUrl, path, url) => {
    expect(openai.address({ baseUrl, config: path === undefined ? {} : { path } }, false)).toEqual({ ok: true, url });
  });

  it('has no threads', () => {
    expect(openai.address({ ...ask, threadId: 't' }, false)).toEqual({
      ok: false,
      error: 'Agents of type openai have no threads. Send the whole conversation as messages instead.',
    });
  });
});

describe('what asks for a completion', () => {
  it('is the model and the messages, and nothing that was not set', () => {
    expect(openai.body(ask)).toEqual({ model: 'small', messages: [{ role: 'user', content: 'Hello' }] });
  });

  it('is all that was set, said first by the system', () => {
    const config = { model: 'small', temperature: 0, maxTokens: 9, system: 'Be kind' };
    expect(openai.body({ ...ask, config, streamed: true })).toEqual({
      model: 'small',
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'Hello' },
      ],
      temperature: 0,
      max_tokens: 9,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('repeats the calls of tools as the model made them', () => {
    const toolCalls = [{ id: 'call_1', name: 'find_order', arguments: { number: 1 } }];
    const messages = [
      { role: 'assistant', content: '', toolCalls },
      { role: 'tool', content: 'shipped', toolCallId: 'call_1' },
    ];
    expect(openai.body({ ...ask, messages })).toMatchObject({
      messages: [
        {
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find_order', arguments: '{"number":1}' } }],
        },
        { tool_call_id: 'call_1' },
      ],
    });
  });
});

describe('a completion', () => {
  const said = (message: unknown): unknown => ({ error: null, choices: [{ message }] });

  it.each([
    [{ content: 'Hi' }, { role: 'assistant', content: 'Hi' }],
    [
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'assistant', content: 'No.' },
    ],
    [
      { content: [{ type: 'text', text: 'a' }, { type: 'image_url' }, { type: 'text', text: 'b' }] },
      { role: 'assistant', content: 'ab' },
    ],
    [
      { tool_calls: [{ function: { name: 'f', arguments: '{"a' } }, {}, null] },
      { role: 'assistant', content: '', toolCalls: [{ id: null, name: 'f', arguments: '{"a' }] },
    ],
    [
      { tool_calls: [{ id: 'c', function: { name: 'f', arguments: { a: 1 } } }] },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'f', arguments: { a: 1 } }] },
    ],
  ])('with the message %j says %j', (message, expected) => {
    expect(openai.read({ headers: {}, body: said(message) }, ask)).toEqual({ success: true, messages: [expected] });
  });

  it.each([
    [{ error: { message: 'Overloaded.' } }, 'The agent failed: Overloaded.'],
    [{ choices: [] }, 'The answer is not a chat completion'],
    [{ choices: [{ text: 'Hi' }] }, 'The answer is not a chat completion'],
    ['<html>', 'The answer is not a chat completion'],
    [null, 'The answer is not a chat completion'],
  ])('that is %j is a failure', (body, error) => {
    expect(openai.read({ headers: {}, body }, ask)).toEqual({ success: false, error, fault: 'refused' });
  });

  it.each([
    [
      { prompt_tokens: 1, completion_tokens: 2 },
      { input: 1, output: 2 },
    ],
    [{ prompt_tokens: 1 }, { input: 1, output: 0 }],
    [{ prompt_tokens: -1, completion_tokens: 'two' }, undefined],
    [null, undefined],
  ])('that used %j counts %j', (usage, tokensUsage) => {
    const body = { choices: [{ message: { content: '' } }], usage };
    const reading = openai.read({ headers: {}, body }, ask);
    expect(reading.success && reading.tokensUsage).toEqual(tokensUsage);
  });
});
