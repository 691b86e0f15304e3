import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { atOnce } from './at-once.ts';

/** Eras of the protocol a client may insist on: the handshake of before 2026-07-28, or whatever the server speaks. */
export type Era = 'legacy' | 'auto';

/** How a client differs from a plain one. */
export interface McpWish {
  readonly era?: Era;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The SDK's own client at `<publicUrl>/mcp` with this key and, unless told otherwise, no patience for persons. Close it. */
export async function mcpClient(
  publicUrl: string,
  key: string,
  { era = 'auto', headers = atOnce }: McpWish = {},
): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  const requestInit = { headers: { ...headers, authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', publicUrl), { requestInit }));
  return client;
}
