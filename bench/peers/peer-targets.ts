import { legacyCaller } from '../load/mcp-calls.ts';
import type { Target } from '../load/targets.ts';
import type { Peers } from './start-peers.ts';

/** The ways through the peers: an MCP session through Civic's server, and the REST call of mcp-hub. */
export function peerTargets({ hub, civic }: Peers): readonly Target[] {
  const shared = { upstream: 'mcp', way: 'peer' } as const;
  return [
    { name: 'civic passthrough', ...shared, pid: civic.pid, origin: civic.url, open: legacyCaller('/mcp', 'echo') },
    { name: 'mcp-hub, REST', ...shared, pid: hub.pid, origin: hub.url, open: async () => hubCall },
  ];
}

function hubCall(message: string) {
  return {
    method: 'POST',
    path: '/api/servers/tools',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ server_name: 'up', tool: 'echo', arguments: { message } }),
  } as const;
}
