import type { Connector, ToolDefinition } from '../../catalog/connector.ts';
import { toolInput } from '../../catalog/input/tool-input.ts';
import type { Connection } from '../../connections/connection.ts';
import type { StoredTool } from '../../connections/tools/discovered-tools.ts';
import type { ToolFlag } from '../../connections/tools/flags/tool-flag.ts';
import type { SeenTool } from '../../connections/tools/tool-definition.ts';
import { digestOf } from '../../lib/digest.ts';
import { agentTool } from './agent-tool.ts';
import { type Held, heldOf } from './held.ts';
import type { ToolSpec } from './tool-spec.ts';

/** A tool as it counts at a connection, and why it is held where it is. */
export interface OwnSpec {
  readonly spec: ToolSpec;
  readonly held: Held | undefined;
  /** What a person should know of it. */
  readonly flags: readonly ToolFlag[];
}

/**
 * The tools a connection has: its manifest's, its agent, or what counts of those its server lists, which is what was accepted
 * of them. Of a tool of which nothing was accepted there is no word of the server's but its name.
 */
export function specsOf(
  { connection, connector }: { readonly connection: Connection; readonly connector: Connector },
  discovered: readonly StoredTool[],
): readonly OwnSpec[] {
  if (connector.agent !== undefined) return [offered(agentTool(connection))];
  return connector.mcp === undefined ? manifestTools(connector).map(offered) : discovered.map(discoveredSpec);
}

function offered(spec: ToolSpec): OwnSpec {
  return { spec, held: undefined, flags: [] };
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
  const { name, label, description, effect, destructive, scopes, operation, sql } = tool;
  const input = toolInput(tool);
  return { name, label, description, effect, destructive, scopes, input, operation, sql, digest: digestOf(tool) };
}

function discoveredSpec(stored: StoredTool): OwnSpec {
  const { seen, accepted, flags } = stored;
  return { spec: accepted === undefined ? unknownSpec(seen) : acceptedSpec(accepted), held: heldOf(stored), flags };
}

const specsBySeen = new WeakMap<SeenTool, ToolSpec>();

function acceptedSpec(tool: SeenTool): ToolSpec {
  const spec = specsBySeen.get(tool) ?? { ...tool, operation: undefined };
  specsBySeen.set(tool, spec);
  return spec;
}

function unknownSpec({ name, digest }: SeenTool): ToolSpec {
  const nothing = { description: '', effect: 'write', destructive: true, input: { type: 'object' } } as const;
  return { ...nothing, name, label: name, digest, operation: undefined };
}
