import { discoverMcp, type McpDiscovery, type McpDiscoveryOutcome } from '../../server/src/oauth/mcp/discover-mcp.ts';
import type { Egress } from '../../server/src/egress/egress.ts';

/** Finds out how one signs in to an MCP server that may be on this machine. */
export function tryDiscovering(egress: Egress, serverUrl: string): Promise<McpDiscoveryOutcome> {
  return discoverMcp({ egress, loopback: true, signal: new AbortController().signal }, { serverUrl });
}

/** The same where that is possible; throws why it is not. */
export async function discovering(egress: Egress, serverUrl: string): Promise<McpDiscovery> {
  const found = await tryDiscovering(egress, serverUrl);
  if (!found.ok) throw new Error(found.message);
  return found;
}
