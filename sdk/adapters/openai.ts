import { describeOutcome, type CallOptions, type Toolset } from '@plugboard/sdk';

/** A tool of the Chat Completions API. */
export interface ChatTool {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

/** A tool of the Responses API. */
export interface ResponseTool {
  type: 'function';
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  strict: false;
}

/** A call as the Chat Completions API tells of it. Only those of functions are answered. */
export interface ChatCall {
  readonly id: string;
  readonly type: string;
  readonly function?: { readonly name: string; readonly arguments: string };
}

/** An item of a response. Only calls of functions are answered. */
export interface ResponseItem {
  readonly type: string;
  readonly call_id?: string | null;
  readonly name?: string | null;
  readonly arguments?: unknown;
}

export interface ChatAnswer {
  role: 'tool';
  tool_call_id: string;
  content: string;
}

export interface ResponseAnswer {
  type: 'function_call_output';
  call_id: string;
  output: string;
}

/** `tools` for `chat.completions.create`. */
export function chatTools(toolset: Toolset): ChatTool[] {
  return toolset.list.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: { ...inputSchema } },
  }));
}

/** `tools` for `responses.create`. */
export function responseTools(toolset: Toolset): ResponseTool[] {
  return toolset.list.map(({ name, description, inputSchema }) => ({
    type: 'function',
    name,
    description,
    parameters: { ...inputSchema },
    strict: false,
  }));
}

/** Makes the calls of a message and answers each as a message of its own, in their order; the model is told what became of each. */
export async function answerChatCalls(
  toolset: Toolset,
  calls: readonly ChatCall[] | undefined,
  options: CallOptions = {},
): Promise<ChatAnswer[]> {
  const own = (calls ?? []).flatMap((call) => (call.function === undefined ? [] : [{ id: call.id, ...call.function }]));
  return Promise.all(
    own.map(async ({ id, name, arguments: args }) => ({
      role: 'tool',
      tool_call_id: id,
      content: await answer(toolset, { name, args }, options),
    })),
  );
}

/** Makes the calls in the output of a response and answers each as an item of the next input, in their order. */
export async function answerResponseCalls(
  toolset: Toolset,
  output: readonly ResponseItem[],
  options: CallOptions = {},
): Promise<ResponseAnswer[]> {
  const own = output.flatMap(({ type, call_id, name, arguments: args }) =>
    type === 'function_call' && call_id && name ? [{ call_id, name, args: String(args) }] : [],
  );
  return Promise.all(
    own.map(async ({ call_id, ...call }) => ({
      type: 'function_call_output',
      call_id,
      output: await answer(toolset, call, options),
    })),
  );
}

interface Asked {
  readonly name: string;
  /** JSON, if the model wrote it well. */
  readonly args: string;
}

/** What a model got wrong it is told, so that it can put it right; what is wrong on this side is thrown. */
async function answer(toolset: Toolset, { name, args }: Asked, options: CallOptions): Promise<string> {
  if (!toolset.list.some((tool) => tool.name === name)) return refusal(`There is no tool ${JSON.stringify(name)}.`);
  const parsed = parseArguments(args);
  if (parsed === undefined) return refusal('The arguments are no JSON object.');
  return describeOutcome(await toolset.call(name, parsed, options));
}

function refusal(message: string): string {
  return JSON.stringify({ status: 'rejected', reason: 'input', message });
}

function parseArguments(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
