import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { isRecord } from '../../server/src/lib/json.ts';
import { listen, type Listening } from '../emulators/listen.ts';
import { send } from '../emulators/misbehaviour.ts';

/** One call a model makes. */
export interface ModelCall {
  readonly name: string;
  readonly args: object;
}

/** What a model does next, from what the last tools said: calls, or words. One that throws has its server refuse the request. */
export type Turn = (results: readonly string[]) => readonly ModelCall[] | string;

/** A model that speaks Chat Completions and Responses, checks what it is sent as OpenAI does, and does what it is told. */
export interface ScriptedModel extends Listening {
  /** What SDKs are given as base URL. */
  readonly baseUrl: string;
  /** Names of the tools of the last request. */
  readonly tools: readonly string[];
  /** From here on it does these, one a request, and then says nothing more. */
  play(...turns: readonly Turn[]): void;
}

/** What both APIs say, in the terms of neither. */
interface Heard {
  readonly tools: readonly ToolOffer[];
  readonly results: readonly string[];
  /** Calls without a result, and results without a call: OpenAI refuses both. */
  readonly orphans: readonly string[];
}

interface ToolOffer {
  readonly name: unknown;
  readonly parameters: unknown;
}

/** Starts on a free port. */
export async function startModel(): Promise<ScriptedModel> {
  let turns: Turn[] = [];
  let tools: readonly string[] = [];
  /** Calls of the last response that its answer need not repeat. */
  const open = new Set<string>();
  const listening = await listen((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const api = request.url === '/v1/responses' ? responses : chat;
    if (!isRecord(body) || request.headers.authorization === undefined)
      return send(response, { status: 401, body: {} });
    const heard = api.hear(body, open);
    const problem = problemOf(heard);
    if (problem !== undefined) return send(response, { status: 400, body: { error: { message: problem } } });
    tools = heard.tools.map(({ name }) => String(name));
    const next = nextOf(heard.results);
    if (next instanceof Error) return send(response, { status: 400, body: { error: { message: next.message } } });
    open.clear();
    if (body['stream'] === true) return stream(response, next);
    send(response, { status: 200, body: api.say(next, open) });
  }

  function nextOf(results: readonly string[]): ReturnType<Turn> | Error {
    try {
      return turns.shift()?.(results) ?? '';
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  return {
    ...listening,
    baseUrl: `${listening.url}/v1`,
    get tools() {
      return tools;
    },
    play: (...next) => {
      turns = [...next];
    },
  };
}

function problemOf({ tools, orphans }: Heard): string | undefined {
  const wrong = tools.find(({ name }) => typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name));
  if (wrong !== undefined) return `Invalid tool name: ${JSON.stringify(wrong.name)}.`;
  const shapeless = tools.find(({ parameters }) => !isRecord(parameters) || parameters['type'] !== 'object');
  if (shapeless !== undefined) return `The parameters of ${String(shapeless.name)} are no object.`;
  return orphans.length === 0 ? undefined : `Calls and results do not match: ${orphans.join(', ')}.`;
}

const chat = {
  hear(body: Readonly<Record<string, unknown>>): Heard {
    const messages = recordsIn(body['messages']);
    const calls = messages.flatMap((message) => recordsIn(message['tool_calls']).map(({ id }) => String(id)));
    const answers = messages.filter(({ role }) => role === 'tool');
    const lastSaid = messages.findLastIndex(({ role }) => role === 'assistant');
    return {
      tools: recordsIn(body['tools'])
        .map((tool) => (isRecord(tool['function']) ? tool['function'] : {}))
        .map(asOffer),
      results: messages
        .slice(lastSaid + 1)
        .filter(({ role }) => role === 'tool')
        .map(({ content }) => textOf(content)),
      orphans: unmatched(
        calls,
        answers.map(({ tool_call_id }) => String(tool_call_id)),
      ),
    };
  },
  say(next: readonly ModelCall[] | string): object {
    const message = typeof next === 'string' ? { content: next } : { content: null, tool_calls: next.map(asChatCall) };
    const finish_reason = typeof next === 'string' ? 'stop' : 'tool_calls';
    const choices = [{ index: 0, message: { role: 'assistant', refusal: null, ...message }, finish_reason }];
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    return { id: newId('chatcmpl'), object: 'chat.completion', created: 1, model: 'small', choices, usage };
  },
};

const responses = {
  hear(body: Readonly<Record<string, unknown>>, open: ReadonlySet<string>): Heard {
    const input = recordsIn(body['input']);
    const answers = input.filter(({ type }) => type === 'function_call_output');
    const calls = input.filter(({ type }) => type === 'function_call');
    const earlier = typeof body['previous_response_id'] === 'string' ? [...open] : [];
    const lastCall = input.findLastIndex(({ type, role }) => type === 'function_call' || role === 'assistant');
    return {
      tools: recordsIn(body['tools']).map(asOffer),
      results: input
        .slice(lastCall + 1)
        .filter(({ type }) => type === 'function_call_output')
        .map(({ output }) => textOf(output)),
      orphans: unmatched(
        [...earlier, ...calls.map(({ call_id }) => String(call_id))],
        answers.map(({ call_id }) => String(call_id)),
      ),
    };
  },
  say(next: readonly ModelCall[] | string, open: Set<string>): object {
    const said = { type: 'output_text', text: typeof next === 'string' ? next : '', annotations: [] };
    const message = { id: newId('msg'), type: 'message', role: 'assistant', status: 'completed', content: [said] };
    const calls = typeof next === 'string' ? [] : next.map(asResponseCall);
    for (const { call_id } of calls) open.add(call_id);
    const output = typeof next === 'string' ? [message] : calls;
    const usage = {
      input_tokens: 1,
      output_tokens: 1,
      total_tokens: 2,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    };
    return { id: newId('resp'), object: 'response', created_at: 1, status: 'completed', model: 'small', output, usage };
  },
};

function asOffer({ name, parameters }: Readonly<Record<string, unknown>>): ToolOffer {
  return { name, parameters };
}

function asChatCall({ name, args }: ModelCall): object {
  return { id: newId('call'), type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

function asResponseCall({ name, args }: ModelCall) {
  const call_id = newId('call');
  return {
    type: 'function_call',
    id: newId('fc'),
    call_id,
    name,
    arguments: JSON.stringify(args),
    status: 'completed',
  };
}

/** Chat Completions alone: each call, or the words in two pieces. */
function stream(response: ServerResponse, next: readonly ModelCall[] | string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const id = newId('chatcmpl');
  const write = (delta: object, finish_reason: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason }];
    const chunk = { id, object: 'chat.completion.chunk', created: 1, model: 'small', choices };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  if (typeof next === 'string') {
    const half = Math.ceil(next.length / 2);
    write({ role: 'assistant', content: next.slice(0, half) });
    write({ content: next.slice(half) });
    write({}, 'stop');
  } else {
    write({
      role: 'assistant',
      content: null,
      tool_calls: next.map((call, index) => ({ index, ...asChatCall(call) })),
    });
    write({}, 'tool_calls');
  }
  response.end('data: [DONE]\n\n');
}

function unmatched(calls: readonly string[], answers: readonly string[]): readonly string[] {
  return [...calls.filter((id) => !answers.includes(id)), ...answers.filter((id) => !calls.includes(id))];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return recordsIn(content)
    .map(({ text }) => String(text))
    .join('');
}

function recordsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

let count = 0;
function newId(kind: string): string {
  count += 1;
  return `${kind}_${count}`;
}
