import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

/** Eras of the protocol a client may insist on: the handshake of before 2026-07-28, or whatever the server speaks. */
export type Era = 'legacy' | 'auto';

/** The SDK's own client at `<publicUrl>/mcp` with this key. Close it. */
export async function mcpClient(publicUrl: string, key: string, era: Era = 'auto'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', publicUrl), { requestInit }));
  return client;
}
