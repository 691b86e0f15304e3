import type { ListToolsResult, Tool } from '@modelcontextprotocol/server';
import type { Context } from '../context.ts';
import { type ListedTool, listTools } from '../tools/list-tools.ts';
import { getResultTool } from './get-result.ts';

/** The caller's tools as MCP lists them, in a stable order, and our own tool for collecting results. */
export async function listForClient(ctx: Context): Promise<ListToolsResult> {
  const listed = ctx.caller.scopes.has('tools:call') ? await listTools(ctx) : [];
  return { tools: [...listed.map(showTool), getResultTool], ttlMs: 60_000, cacheScope: 'private' };
}

function showTool({ address, connection, spec }: ListedTool): Tool {
  return {
    name: address,
    title: `${spec.label} (${connection.label})`,
    description:
      spec.effect === 'write' ? `${spec.description} A person may have to approve it first.` : spec.description,
    inputSchema: { ...spec.input, type: 'object' },
    annotations: {
      title: spec.label,
      readOnlyHint: spec.effect === 'read',
      destructiveHint: spec.effect === 'write' && spec.destructive,
      openWorldHint: true,
    },
  };
}
