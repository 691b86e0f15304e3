import type { Connector, ToolDefinition } from '../../catalog/connector.ts';
import type { Context } from '../../context.ts';
import type { Connection } from '../../connections/connection.ts';
import { discoveredOf, type SeenTool } from '../../connections/tools/discovered-tools.ts';
import { digestOf } from '../../lib/digest.ts';
import { agentTool } from './agent-tool.ts';
import type { ToolSpec } from './tool-spec.ts';

/** The tools a connection has: its manifest's, those its MCP server listed when it was last asked, or its agent. */
export async function toolsOf(
  ctx: Pick<Context, 'db'>,
  connection: Connection,
  connector: Connector,
): Promise<readonly ToolSpec[]> {
  const discovered = connector.mcp === undefined ? undefined : await discoveredOf(ctx.db, [connection.id]);
  return specsOf({ connection, connector }, discovered?.get(connection.id) ?? []);
}

/** The same from what was discovered and is already at hand. */
export function specsOf(
  { connection, connector }: { readonly connection: Connection; readonly connector: Connector },
  discovered: readonly SeenTool[],
): readonly ToolSpec[] {
  if (connector.agent !== undefined) return [agentTool(connection)];
  return connector.mcp === undefined ? manifestTools(connector) : discovered.map(discoveredSpec);
}

const specsByConnector = new WeakMap<Connector, readonly ToolSpec[]>();

/** The tools of a manifest, worked out once per connector. */
export function manifestTools(connector: Connector): readonly ToolSpec[] {
  const known = specsByConnector.get(connector);
  if (known) return known;
  const specs = connector.tools.map(manifestSpec);
  specsByConnector.set(connector, specs);
  return specs;
}

function manifestSpec(tool: ToolDefinition): ToolSpec {
  const { name, label, description, effect, destructive, input, operation } = tool;
  return { name, label, description, effect, destructive, input, operation, digest: digestOf(tool) };
}

const specsBySeen = new WeakMap<SeenTool, ToolSpec>();

function discoveredSpec(tool: SeenTool): ToolSpec {
  const spec = specsBySeen.get(tool) ?? { ...tool, operation: undefined };
  specsBySeen.set(tool, spec);
  return spec;
}
