import { Readable } from 'node:stream';
import type { Egress, EgressRequest, EgressStream } from '../../../egress/egress.ts';
import type { Clock } from '../../../lib/clock.ts';
import { isRecord, type JsonObject, parseJson } from '../../../lib/json.ts';
import { readEvents } from '../../agent/streaming/read-events.ts';
import { attachedHeaders, attachedUrl } from '../attach-to-target.ts';
import { clientInfo } from '../client-info.ts';
import type { RemoteTarget } from '../mcp-target.ts';
import { isRefusal, readRefusal } from '../read-refusal.ts';
import { readToolResult, type ToolResult } from './read-tool-result.ts';

/** One `tools/call` that is sent without the SDK. */
export interface SentCall {
  readonly egress: Pick<Egress, 'stream'>;
  readonly clock: Clock;
  readonly target: RemoteTarget;
  /** The revision that was agreed on. */
  readonly version: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Told when the server says, beside its answer, that its tools are others now. */
  readonly onToolsChanged: () => void;
}

const about = 'io.modelcontextprotocol/';
const mostChars = 10 * 1024 * 1024;
const smallBytes = 64 * 1024;

/**
 * Calls a tool of a server that speaks MCP 2026-07-28, where a call is one request and one answer. Rejects with what made it
 * fail, as the SDK does: an `EgressError`, a refusal with its status, or an error that carries the server's code.
 */
export async function sendCall(call: SentCall): Promise<ToolResult> {
  const answer = await call.egress.stream(requestOf(call));
  const { status, headers } = answer;
  if (status === 200 && isEventStream(headers)) return readToolResult(await answerAmong(call, answer));
  const text = await textOf(answer);
  const message = parseJson(text);
  if (status === 200 || isAnswer(message)) return readToolResult(message ?? null);
  if (isRefusal(status)) throw readRefusal({ status, headers, text }, call.clock.now());
  throw Object.assign(new Error(`The MCP server answered ${status}.`), { status });
}

function isEventStream(headers: EgressStream['headers']): boolean {
  return /^text\/event-stream/i.test(headers['content-type'] ?? '');
}

/** Errors of the protocol may come with any status. */
function isAnswer(message: unknown): boolean {
  return isRecord(message) && message['jsonrpc'] === '2.0' && isRecord(message['error']);
}

/** Of one call alone, so that its id needs not be told from another's. */
const id = 1;

function requestOf({ target, version, tool, args, signal, timeoutMs }: SentCall): EgressRequest {
  const protocol = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': version,
    'mcp-method': 'tools/call',
    'mcp-name': tool,
  };
  const meta = {
    [`${about}protocolVersion`]: version,
    [`${about}clientInfo`]: clientInfo,
    [`${about}clientCapabilities`]: {},
  };
  const params = { name: tool, arguments: args, _meta: meta };
  return {
    method: 'POST',
    url: attachedUrl(new URL(target.url), target).href,
    headers: attachedHeaders(protocol, target),
    body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }),
    signal,
    timeoutMs,
    loopback: target.loopback,
    wholeUpTo: smallBytes,
  };
}

async function textOf({ body, whole }: EgressStream): Promise<string> {
  if (whole !== undefined) return whole.toString('utf8');
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The answer in a stream; what else comes by it is not asked for, but for word of other tools. */
async function answerAmong({ onToolsChanged }: SentCall, { body, whole }: EgressStream): Promise<unknown> {
  const bytes = whole === undefined ? body : Readable.from([whole]);
  for await (const { data } of readEvents(bytes, { maxChars: mostChars })) {
    const message = parseJson(data);
    if (!isRecord(message)) continue;
    if (message['id'] === id && !('method' in message)) return message;
    if (message['method'] === 'notifications/tools/list_changed') onToolsChanged();
  }
  return undefined;
}
