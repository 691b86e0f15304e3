import type { IncomingMessage, ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { isRecord, parseJson } from '../server/src/lib/json.ts';
import { listen } from '../tests/emulators/listen.ts';
import { tellParent } from './processes/tell-parent.ts';

/** Where it sends things on to. */
interface Upstream {
  readonly pool: Pool;
  readonly path: string;
}

const [mcpUrl = '', gitlabUrl = ''] = process.argv.slice(2);
const mcp = upstreamAt(mcpUrl);
const gitlab = upstreamAt(gitlabUrl);
const listening = await listen((request, response) => void answer(request, response));
tellParent({ url: listening.url });

/** The least a forwarder does: no keys, no checks, no record. It takes the prefix off a tool's name and sends it on. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const upstreamAnswer = await (request.method === 'POST' ? forwardCall(request) : forwardRead(request));
    const body = await upstreamAnswer.body.text();
    response.writeHead(upstreamAnswer.statusCode, { 'content-type': String(upstreamAnswer.headers['content-type']) });
    response.end(body);
  } catch (error) {
    response.writeHead(502).end(String(error));
  }
}

async function forwardCall(request: IncomingMessage) {
  const { body, name } = renamed(await readBody(request));
  return mcp.pool.request({
    path: mcp.path,
    method: 'POST',
    headers: { ...mcpHeaders(request), 'mcp-name': name },
    body,
  });
}

function forwardRead(request: IncomingMessage) {
  return gitlab.pool.request({ path: request.url ?? '/', method: 'GET', headers: { accept: 'application/json' } });
}

function renamed(text: string): { readonly body: string; readonly name: string } {
  const message = parseJson(text);
  const params = isRecord(message) && isRecord(message.params) ? message.params : {};
  const name = String(params.name).replace(/^everything__/, '');
  return { body: JSON.stringify({ ...(isRecord(message) && message), params: { ...params, name } }), name };
}

function mcpHeaders({ headers }: IncomingMessage): Record<string, string> {
  const passed = ['content-type', 'accept', 'mcp-protocol-version', 'mcp-method'];
  return Object.fromEntries(passed.map((name) => [name, String(headers[name])]));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function upstreamAt(url: string): Upstream {
  const { origin, pathname } = new URL(url);
  return { pool: new Pool(origin, { connections: 64, pipelining: 1 }), path: pathname };
}
