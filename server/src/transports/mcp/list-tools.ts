import type { Client } from '@modelcontextprotocol/client';
import { type McpTool, readMcpTools } from './read-mcp-tool.ts';

/** Everything a server lists, page by page, at most 5,000 tools. Rejects with what the SDK or the network threw. */
export async function listTools(
  client: Client,
  options: { signal?: AbortSignal; timeout?: number } = {},
): Promise<readonly McpTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const { tools } = await client.listTools(undefined, { ...options, cacheMode: 'refresh' });
  return readMcpTools(tools);
}
