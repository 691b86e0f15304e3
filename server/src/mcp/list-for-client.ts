import type { ListToolsResult, Tool } from '@modelcontextprotocol/server';
import { customServerId } from '../catalog/own-connectors.ts';
import type { Connection } from '../connections/connection.ts';
import type { Context } from '../context.ts';
import { type ListedTool, listTools } from '../tools/list-tools.ts';
import { getResultTool } from './get-result.ts';

/** The caller's tools as MCP lists them, in a stable order, and our own tool for collecting results. */
export async function listForClient(ctx: Context): Promise<ListToolsResult> {
  const listed = ctx.caller.scopes.has('tools:call') ? await listTools(ctx) : [];
  const twofold = connectedTwice(listed);
  const tools = listed.map((tool) => showTool(tool, twofold.has(tool.connector.id)));
  return { tools: [...tools, getResultTool], ttlMs: 60_000, cacheScope: 'private' };
}

/** The connectors of which several connections have tools; custom servers are no two of a kind. */
function connectedTwice(listed: readonly ListedTool[]): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const twofold = new Set<string>();
  for (const { connector, connection } of listed) {
    const owner = owners.get(connector.id) ?? connection.id;
    owners.set(connector.id, owner);
    if (owner !== connection.id && connector.id !== customServerId) twofold.add(connector.id);
  }
  return twofold;
}

/** Where a connector is connected several times, each tool says whose account it uses, so that a model can choose. */
function showTool({ address, connection, spec }: ListedTool, isTwofold: boolean): Tool {
  const account = isTwofold ? [`It uses ${accountOf(connection)}.`] : [];
  const approval = spec.effect === 'write' ? ['A person may have to approve it first.'] : [];
  return {
    name: address,
    title: `${spec.label} (${connection.label}${isTwofold && connection.identity ? `, ${connection.identity}` : ''})`,
    description: [spec.description, ...account, ...approval].join(' '),
    inputSchema: { ...spec.input, type: 'object' },
    annotations: {
      title: spec.label,
      readOnlyHint: spec.effect === 'read',
      destructiveHint: spec.effect === 'write' && spec.destructive,
      openWorldHint: true,
    },
  };
}

function accountOf({ label, identity, scope }: Connection): string {
  const whose = { personal: 'your own', crew: "your crew's", workspace: "the workspace's" }[scope];
  return `${whose} connection "${label}"${identity === null ? '' : `, the account ${identity}`}`;
}
