import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { AIMessage, AIMessageChunk, ToolMessage } from '@langchain/core/messages';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { Annotation, END, interrupt, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

/** Agents without a model: each does one thing, always the same. */
const agent = (work, state = MessagesAnnotation) =>
  new StateGraph(state).addNode('work', work).addEdge(START, 'work').addEdge('work', END).compile();

const textOf = ({ content }) => (typeof content === 'string' ? content : JSON.stringify(content));

/** Says what it heard last, and how much it has heard in all. */
export const answers = agent(({ messages }) => {
  const heard = messages.filter((message) => message.getType() === 'human').length;
  return {
    messages: [
      new AIMessage({
        content: `You said "${textOf(messages.at(-1))}". I have heard ${heard} of your messages.`,
        usage_metadata: { input_tokens: 10 * heard, output_tokens: 7, total_tokens: 10 * heard + 7 },
      }),
    ],
  };
});

/** Tells what it was configured with. */
export const echoes = agent((_state, { configurable }) => ({
  messages: [new AIMessage(JSON.stringify(configurable))],
}));

export const fails = agent(() => {
  throw new Error('The order service is down');
});

/** Takes `configurable.seconds`, and writes into the file `configurable.trace` how it went. */
const takeTime = async (_state, { configurable, signal }) => {
  const { seconds = 5, trace } = configurable;
  const note = (word) => (trace === undefined ? undefined : appendFile(trace, `${word}\n`));
  await note('started');
  try {
    await setTimeout(seconds * 1000, undefined, { signal });
  } catch (error) {
    await note('cancelled');
    throw error;
  }
  await note('finished');
  return { messages: [new AIMessage('That took a while.')] };
};

export const slow = agent(takeTime);

/** Says something before it takes its time. */
export const announces = new StateGraph(MessagesAnnotation)
  .addNode('say', () => ({ messages: [new AIMessage('One moment. ')] }))
  .addNode('work', takeTime)
  .addEdge(START, 'say')
  .addEdge('say', 'work')
  .addEdge('work', END)
  .compile();

export const callsTools = agent(() => ({
  messages: [
    new AIMessage({
      id: 'asks-a-tool',
      content: '',
      tool_calls: [{ id: 'call_1', name: 'find_order', args: { number: 12345 } }],
      usage_metadata: { input_tokens: 20, output_tokens: 5, total_tokens: 25 },
    }),
    new ToolMessage({ id: 'tells', content: 'shipped', tool_call_id: 'call_1' }),
    new AIMessage({
      id: 'sums-up',
      content: 'Order 12345 has been shipped.',
      usage_metadata: { input_tokens: 30, output_tokens: 8, total_tokens: 38 },
    }),
  ],
}));

/** Its contents are blocks, and it counts tokens where older models do. */
export const speaksBlocks = agent(() => ({
  messages: [
    new AIMessage({
      content: [
        { type: 'text', text: 'One, ' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,' } },
        { type: 'text', text: 'two.' },
      ],
      response_metadata: { tokenUsage: { promptTokens: 4, completionTokens: 3, totalTokens: 7 } },
    }),
  ],
}));

export const streams = agent(async ({ messages }) => {
  const chunks = ['Piece ', 'by ', 'piece.'].map((content) => new AIMessageChunk({ content, id: 'piecemeal' }));
  return { messages: [await new FakeStreamingChatModel({ chunks, sleep: 20 }).invoke(messages)] };
});

export const asks = agent(() => ({ messages: [new AIMessage(interrupt('May I?'))] }));

const plainMessages = Annotation.Root({ messages: Annotation({ reducer: (_old, next) => next, default: () => [] }) });

/** Hands the conversation back, its messages without their ids. */
export const forgetsIds = agent(
  ({ messages }) => ({
    messages: [...messages.map(({ id: _id, ...message }) => message), { role: 'assistant', content: 'Who are you?' }],
  }),
  plainMessages,
);

export const withoutMessages = agent(() => ({ verdict: 'fine' }), Annotation.Root({ verdict: Annotation() }));
