import { EgressError } from '../../../egress/egress.ts';
import type { DiscoveryDoor } from './discovery-fetch.ts';
import { readChallenge, type BearerChallenge } from '../read-challenge.ts';

const timeoutMs = 10_000;
const maxBytes = 1024 * 1024;
const version = '2026-07-28';

/** What a server answers to somebody it does not know (MCP 2026-07-28, authorization); it is asked for its tools, which changes nothing. */
export async function askServer(
  { egress, loopback, signal }: DiscoveryDoor,
  serverUrl: string,
): Promise<BearerChallenge | undefined> {
  const request = { method: 'POST', url: serverUrl, headers, body, loopback, signal, timeoutMs, maxBytes };
  try {
    const answer = await egress.request(request);
    return answer.status === 401 ? readChallenge(answer.headers['www-authenticate']) : undefined;
  } catch (error) {
    if (error instanceof EgressError && (error.problem === 'too_large' || error.problem === 'broken')) return undefined;
    throw error;
  }
}

const headers = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': version,
  'mcp-method': 'tools/list',
};

const meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientInfo': { name: 'plugboard', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } });
