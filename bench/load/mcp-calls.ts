import type { Client } from 'undici';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import type { Asked, Caller, Target } from './targets.ts';

type Headers = Readonly<Record<string, string>>;

const modern = '2026-07-28';
const legacy = '2025-11-25';
const clientInfo = { name: 'bench', version: '1' };
const json: Headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
let lastId = 0;

/** `tools/call` as clients of MCP 2026-07-28 send it: no session, everything in the one request. */
export function modernCall(path: string, name: string, extra: Headers = {}): Caller {
  const headers = { ...json, ...extra, 'mcp-protocol-version': modern, 'mcp-method': 'tools/call', 'mcp-name': name };
  const meta = {
    'io.modelcontextprotocol/protocolVersion': modern,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return (message) => post(path, headers, request('tools/call', { name, arguments: { message }, _meta: meta }));
}

/** `tools/call` as clients of MCP 2025-11-25 send it, after the handshake of its connection. */
export function legacyCaller(path: string, name: string, extra: Headers = {}): Target['open'] {
  return async (connection) => {
    const headers = { ...json, ...extra, ...(await shakeHands(connection, path, { ...json, ...extra })) };
    return (message) => post(path, headers, request('tools/call', { name, arguments: { message } }));
  };
}

async function shakeHands(connection: Client, path: string, headers: Headers): Promise<Headers> {
  const hello = request('initialize', { protocolVersion: legacy, capabilities: {}, clientInfo });
  const answer = await connection.request(post(path, headers, hello));
  const text = await answer.body.text();
  const version = agreedVersion(text);
  if (version === undefined) throw new Error(`${path} did not take initialize: ${answer.statusCode} ${text}`);
  const session = answer.headers['mcp-session-id'];
  const agreed = { 'mcp-protocol-version': version, ...(session && { 'mcp-session-id': String(session) }) };
  const ready = { jsonrpc: '2.0', method: 'notifications/initialized' };
  await (await connection.request(post(path, { ...headers, ...agreed }, ready))).body.dump();
  return agreed;
}

/** From a JSON answer or the one event of a stream. */
function agreedVersion(text: string): string | undefined {
  const message = parseJson(/^data: ?(.+)$/m.exec(text)?.[1] ?? text);
  const result = isRecord(message) && isRecord(message['result']) ? message['result'] : {};
  return typeof result['protocolVersion'] === 'string' ? result['protocolVersion'] : undefined;
}

function request(method: string, params: object): object {
  lastId += 1;
  return { jsonrpc: '2.0', id: lastId, method, params };
}

function post(path: string, headers: Headers, message: object): Asked {
  return { method: 'POST', path, headers, body: JSON.stringify(message) };
}
