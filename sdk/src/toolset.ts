import type { CallToolAnswer } from './generated/connections.ts';
import type { Tool } from './generated/types.ts';
import { at, type Options, type Path } from './http/ask.ts';
import type { Send } from './http/create-send.ts';

/** What a tool call came to. A rejected, unreachable or waiting call is an answer, not an error. */
export type ToolOutcome = CallToolAnswer;

/** Which tools are meant. */
export interface ToolFilter {
  /** Only tools of connections of these connectors. */
  readonly connectors?: readonly string[] | undefined;
  /** Your own id of an end user: what they have connected. Takes a key that may make user tokens. */
  readonly endUser?: string | undefined;
  /** With `endUser`: ids of connections of the workspace that count besides their own. */
  readonly connections?: readonly string[] | undefined;
  /** With `endUser`: the agent it is for; kept with the token. */
  readonly agent?: string | undefined;
}

/** A call that waits for a person, as whoever decides it is told of it. */
export interface WaitingCall {
  readonly approvalId: string;
  /** Where a person can decide it in Plugboard. */
  readonly url: string;
  readonly tool: string;
  readonly args: object;
}

/** What is said with one call. */
export interface CallOptions extends Pick<Options, 'signal' | 'timeoutMs' | 'idempotencyKey'> {
  /** Seconds the server waits for a person where the call needs one, 0 to 45. Default 45. */
  readonly wait?: number | undefined;
  /**
   * Decides the call where it needs that: approves or declines it with a key that may (`approvals:decide`), which the key
   * that calls never can. The call is then asked for again, and its result is the outcome.
   */
  readonly decide?: ((waiting: WaitingCall) => Promise<unknown>) | undefined;
}

/** One tool that can be called, under the name a model is told. */
export interface CallableTool {
  /** `github__create_issue`: letters, digits, `_` and `-`, at most 64 of them. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Reads run; writes ask a person unless the workspace says otherwise. */
  readonly type: Tool['type'];
  readonly destructive: boolean;
  /** Whether it asks a person: every write, and what is set to ask each time. */
  readonly asks: boolean;
  /** The connection it belongs to. */
  readonly connection: Tool['connection'];
  /** Calls it. The same call again, by the same key, is told of the approval that still waits, or once the stored result. */
  call(args?: object, options?: CallOptions): Promise<ToolOutcome>;
}

/** The tools of one caller: what the adapters of frameworks are made from. */
export interface Toolset extends Iterable<CallableTool> {
  readonly list: readonly CallableTool[];
  /** Connectors that were asked for and of which nothing is connected: make a connect link for them. */
  readonly missing: readonly string[];
  /** Calls a tool by its name. One that is not in the list the server finds, or answers `connect_first`. */
  call(name: string, args?: object, options?: CallOptions): Promise<ToolOutcome>;
}

/** The tools that whoever sends may call. */
export async function listTools(send: Send, { connectors, endUser }: ToolFilter, options?: Options): Promise<Toolset> {
  const tools = await send.list<Tool>({ method: 'GET', path: '/api/v1/tools' }, options).all();
  const usable = tools.filter(({ disabled, held }) => !disabled && !held);
  // A token of an end user is of these connectors already, and of the connections it names besides.
  const isMeant = ({ connection }: Tool): boolean =>
    endUser !== undefined || connectors?.includes(connection.connector) !== false;
  const found = new Set(usable.map(({ connection }) => connection.connector));
  const missing = (connectors ?? []).filter((connector) => !found.has(connector));
  return toolsetOf(send, { tools: usable.filter(isMeant), missing });
}

interface Found {
  readonly tools: readonly Tool[];
  readonly missing: readonly string[];
}

function toolsetOf(send: Send, { tools, missing }: Found): Toolset {
  const byName = new Map<string, CallableTool>();
  for (const tool of tools) {
    const name = freeName(tool.name, byName);
    byName.set(name, callable(send, { tool, name }));
  }
  return {
    list: [...byName.values()],
    missing,
    call: async (name, args = {}, options = {}) =>
      byName.get(name)?.call(args, options) ??
      callDecided({ once: callingOnce(send, at`/api/v1/connections/_/tools/${name}/call`), name, args }, options),
    [Symbol.iterator]: () => byName.values(),
  };
}

/** A name that every provider of models takes: no dots, and nobody else's. */
function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = name.replaceAll(/[^\w-]/g, '_');
  for (let count = 1; ; count += 1) {
    const free = count === 1 ? plain : `${plain}_${count}`;
    if (!taken.has(free)) return free;
  }
}

function callable(send: Send, { tool, name }: { readonly tool: Tool; readonly name: string }): CallableTool {
  const { connection, description, input_schema: inputSchema, type, destructive } = tool;
  const once = callingOnce(send, at`/api/v1/connections/${connection.id}/tools/${tool.tool}/call`);
  return {
    name,
    description,
    inputSchema,
    type,
    destructive,
    asks: type === 'write' || tool.requires_confirmation,
    connection,
    call: (args = {}, options = {}) => callDecided({ once, name, args }, options),
  };
}

function callingOnce(send: Send, path: Path): Once {
  return (args, { wait, ...options }) =>
    send.object({ method: 'POST', path, query: { wait }, body: { arguments: args }, repeatable: true }, options);
}

type Once = (args: object, options: CallOptions) => Promise<ToolOutcome>;

interface Call {
  readonly once: Once;
  readonly name: string;
  readonly args: object;
}

/** A call whose caller decides is not waited for before, only after. */
async function callDecided({ once, name, args }: Call, options: CallOptions): Promise<ToolOutcome> {
  const { decide } = options;
  const first = await once(args, decide ? { ...options, wait: 0 } : options);
  if (decide === undefined || first.status !== 'needs_approval') return first;
  await decide({ approvalId: first.approval_id, url: first.url, tool: name, args });
  return once(args, { ...options, idempotencyKey: undefined });
}

/** What a model is told of an outcome: JSON, with a sentence where it must know what to do next. */
export function describeOutcome(outcome: ToolOutcome): string {
  if (outcome.status !== 'needs_approval') return JSON.stringify(outcome);
  const message = `A person has to approve this first, at ${outcome.url}. Then the same call with the same arguments gives the result.`;
  return JSON.stringify({ message, ...outcome });
}
