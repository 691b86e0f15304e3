import { describe, expect, it } from 'vitest';
import { answerChatCalls, answerResponseCalls, chatTools, responseTools } from '../adapters/openai.ts';
import type { CallableTool, ToolOutcome, Toolset } from './index.ts';

/** A toolset of one tool that gives back what it is called with. */
function toolsetOf(outcome?: ToolOutcome): Toolset {
  const call = async (args: object = {}): Promise<ToolOutcome> => outcome ?? { status: 'ok', output: args };
  const connection = { id: 'c', handle: 'a', label: 'A', account: null, connector: 'a' };
  const tool: CallableTool = {
    name: 'a__read',
    description: 'Reads.',
    inputSchema: { type: 'object', properties: { n: { type: 'number' } } },
    type: 'read',
    destructive: false,
    asks: false,
    connection,
    call,
  };
  return { list: [tool], missing: [], call: (_name, args) => call(args), [Symbol.iterator]: () => [tool].values() };
}

const chatCall = (name: string, args: string, id = 'call_1') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('the tools for OpenAI', () => {
  it('are functions of both APIs', () => {
    const parameters = { type: 'object', properties: { n: { type: 'number' } } };
    const named = { name: 'a__read', description: 'Reads.', parameters };
    expect(chatTools(toolsetOf())).toEqual([{ type: 'function', function: named }]);
    expect(responseTools(toolsetOf())).toEqual([{ type: 'function', strict: false, ...named }]);
  });

  it('answer every call, in their order', async () => {
    const calls = [chatCall('a__read', '{"n":1}', 'one'), chatCall('a__read', '', 'two')];
    expect(await answerChatCalls(toolsetOf(), calls)).toEqual([
      { role: 'tool', tool_call_id: 'one', content: '{"status":"ok","output":{"n":1}}' },
      { role: 'tool', tool_call_id: 'two', content: '{"status":"ok","output":{}}' },
    ]);
  });

  it('answer nothing where nothing was called, and leave what is not theirs', async () => {
    expect(await answerChatCalls(toolsetOf(), undefined)).toEqual([]);
    expect(await answerChatCalls(toolsetOf(), [{ id: 'x', type: 'custom' }])).toEqual([]);
    expect(await answerResponseCalls(toolsetOf(), [{ type: 'message' }, { type: 'function_call' }])).toEqual([]);
  });

  it.each(['{"n":', '[1]', '"text"', 'null', '7'])('tell a model that wrote %s instead of arguments', async (text) => {
    const [answer] = await answerChatCalls(toolsetOf(), [chatCall('a__read', text)]);
    expect(JSON.parse(answer?.content ?? '')).toMatchObject({ status: 'rejected', reason: 'input' });
  });

  it('tell a model that asks for a tool which nobody offered', async () => {
    const item = { type: 'function_call', call_id: 'c1', name: 'b__drop', arguments: '{}' };
    const [answer] = await answerResponseCalls(toolsetOf(), [item]);
    expect(answer).toMatchObject({ type: 'function_call_output', call_id: 'c1' });
    expect(answer?.output).toContain('There is no tool \\"b__drop\\".');
  });

  it('tell a model what it must know of a call that waits', async () => {
    const waiting = { status: 'needs_approval', approval_id: 'a1', url: 'https://x/a1' } as const;
    const [answer] = await answerChatCalls(toolsetOf(waiting), [chatCall('a__read', '{}')]);
    expect(JSON.parse(answer?.content ?? '')).toMatchObject({
      ...waiting,
      message: expect.stringContaining('https://x/a1'),
    });
  });
});
