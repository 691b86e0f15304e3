import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { clientInfo } from '../../server/src/transports/mcp/client-info.ts';
import { createAttachedFetch } from '../../server/src/transports/mcp/attached-fetch.ts';
import type { McpWorld } from '../support/mcp-world.ts';

/** Scenarios about servers that ask a person something during a call. */
export const asksPeople: ReadonlySet<string> = new Set([
  'elicitation-sep1034-client-defaults',
  'sep-2322-client-request-state',
]);

/**
 * Calls the tools of a server whose questions somebody answers. Plugboard has nobody to ask while it carries a call and says
 * so; here a person who takes what is proposed is put in front of the same SDK and the same door to the network.
 */
export async function useAskingServer(world: McpWorld, serverUrl: string): Promise<void> {
  const client = new Client(clientInfo, {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    versionNegotiation: { mode: 'auto' },
  });
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: {} }));
  const attachment = { headers: {}, query: {} };
  const target = { url: serverUrl, transport: 'streamable-http', headers: {}, attachment, loopback: true } as const;
  const fetch = createAttachedFetch({ ...world, target: () => target });
  await client.connect(new StreamableHTTPClientTransport(new URL(serverUrl), { fetch }));
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: {} });
  await client.close();
}
