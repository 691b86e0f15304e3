import type { Connector, Verify } from '../connector.ts';
import type { McpDefinition, RemoteServer } from '../format/mcp.ts';

/** What a connection says of the server it means. */
export interface Redirection {
  /** Takes the place of the server the manifest names; an absolute address. */
  readonly server: string | undefined;
  readonly transport: RemoteServer['transport'] | undefined;
}

const redirected = new WeakMap<Connector, Map<string, Connector>>();
const mostKept = 500;

/** The connector with another server (RULINGS 000.4); worked out once for as long as its manifest lives. */
export function redirectConnector(connector: Connector, { server, transport }: Redirection): Connector {
  if (server === undefined && transport === undefined) return connector;
  const kept = redirected.get(connector) ?? new Map<string, Connector>();
  redirected.set(connector, kept);
  const key = JSON.stringify([server, transport]);
  const found = kept.get(key) ?? redirect(connector, { server, transport });
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, found);
  return found;
}

function redirect(connector: Connector, { server, transport }: Redirection): Connector {
  const { http, mcp, verify } = connector;
  return {
    ...connector,
    ...(http && server !== undefined ? { http: { ...http, base_url: server } } : {}),
    ...(mcp ? { mcp: elsewhere(mcp, { server, transport }) } : {}),
    ...(verify && server !== undefined ? { verify: moved(verify, http?.base_url, server) } : {}),
  };
}

/** A program has no address that could be another one; with another address there is no program in its place. */
function elsewhere(mcp: McpDefinition, { server, transport }: Redirection): McpDefinition {
  if (mcp.transport === 'stdio') return mcp;
  const { stdio, ...remote } = mcp;
  const moved = { ...remote, url: server ?? mcp.url, transport: transport ?? mcp.transport };
  return server === undefined && stdio !== undefined ? { ...moved, stdio } : moved;
}

/** A probe below the old address goes to the new one; one that goes elsewhere would send these secrets elsewhere, and is left out. */
function moved(verify: Verify, from: string | undefined, to: string): Verify | undefined {
  if (verify.kind !== 'http') return verify;
  if (from === undefined || !verify.url.startsWith(from)) return undefined;
  return { ...verify, url: `${to.replace(/\/$/, '')}${verify.url.slice(from.length)}` };
}
