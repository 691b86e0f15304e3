import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { isRecord } from '../lib/json.ts';
import { patienceMs } from '../tools/approving/patience.ts';
import { callForClient } from './call-for-client.ts';
import { protocolErrorOf } from './protocol-error.ts';
import { serverInfo } from './server-info.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A `tools/call` as nearly all of them are: one request whose answer is all that its sender wants. */
export interface PlainCall {
  readonly id: string | number;
  readonly name: string;
  readonly arguments: Record<string, unknown> | undefined;
  readonly era: 'modern' | 'legacy';
  readonly patienceMs: number;
}

const modern = '2026-07-28';
const legacy: ReadonlySet<unknown> = new Set(['2025-11-25', '2025-06-18', '2025-03-26']);
const plainParts: ReadonlySet<string> = new Set(['name', 'arguments', '_meta']);
const meta = 'io.modelcontextprotocol/';

/**
 * The call that a POST carries, where it is a plain one and in perfect order in either protocol era. Everything else, wrong
 * or unusual, is `undefined`: for the SDK to answer, which knows every rule.
 */
export function readPlainCall(headers: Headers, body: unknown): PlainCall | undefined {
  if (!isRecord(body) || body['jsonrpc'] !== '2.0' || body['method'] !== 'tools/call') return undefined;
  const { id, params } = body;
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined;
  if (!isRecord(params) || !Object.keys(params).every((part) => plainParts.has(part))) return undefined;
  const { name, arguments: args, _meta: about = {} } = params;
  if (typeof name !== 'string' || !(args === undefined || isRecord(args)) || !isRecord(about)) return undefined;
  if ('progressToken' in about || !isJson(headers)) return undefined;
  const era = eraOf(headers, { name, about });
  if (era === undefined) return undefined;
  const prefer = String(headers['prefer'] ?? '');
  return {
    id: typeof id === 'string' ? id : Number(id),
    name,
    arguments: args,
    era,
    patienceMs: patienceMs({ prefer }),
  };
}

function isJson({ 'content-type': type }: Headers): boolean {
  return typeof type === 'string' && /^application\/json *(;|$)/i.test(type);
}

/** By the headers that each revision demands of this request (MCP 2026-07-28 and 2025-11-25, transports). */
function eraOf(
  headers: Headers,
  { name, about }: { readonly name: string; readonly about: Record<string, unknown> },
): PlainCall['era'] | undefined {
  const version = headers['mcp-protocol-version'];
  if (about[`${meta}protocolVersion`] === undefined && legacy.has(version))
    return takesBoth(headers) ? 'legacy' : undefined;
  const isModern =
    version === modern &&
    about[`${meta}protocolVersion`] === modern &&
    isRecord(about[`${meta}clientInfo`]) &&
    isRecord(about[`${meta}clientCapabilities`]) &&
    headers['mcp-method'] === 'tools/call' &&
    headers['mcp-name'] === name;
  return isModern ? 'modern' : undefined;
}

function takesBoth({ accept }: Headers): boolean {
  return typeof accept === 'string' && accept.includes('application/json') && accept.includes('text/event-stream');
}

const nobodyListens = { notify: async () => {} };

/** The JSON-RPC answer to a plain call. */
export async function answerPlainCall(ctx: Context, call: PlainCall): Promise<object> {
  try {
    const result = await callForClient(ctx, { params: call, mcpReq: nobodyListens, patienceMs: call.patienceMs });
    return { result: call.era === 'modern' ? completed(result) : result, jsonrpc: '2.0', id: call.id };
  } catch (error) {
    return { jsonrpc: '2.0', id: call.id, error: protocolErrorOf(error) };
  }
}

function completed(result: CallToolResult): object {
  return { ...result, resultType: 'complete', _meta: { ...result._meta, [`${meta}serverInfo`]: serverInfo } };
}
