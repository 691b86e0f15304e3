import { z } from 'zod';
import { digestOf } from '../../lib/digest.ts';
import { parseJson } from '../../lib/json.ts';

const discoveredTool = z.object({
  name: z.string(),
  label: z.string(),
  description: z.string(),
  effect: z.enum(['read', 'write']),
  destructive: z.boolean(),
  input: z.record(z.string(), z.unknown()),
});

/** A tool that an MCP server told us of; its effect is ours to decide from the server's hints, absent means write. */
export type DiscoveredTool = z.output<typeof discoveredTool>;

/** A tool as it was told of once, with the digest of its definition. */
export interface SeenTool extends DiscoveredTool {
  readonly digest: string;
}

/** A stored definition. Throws where it is none of ours. */
export function readDefinition(definition: string): DiscoveredTool {
  return discoveredTool.parse(parseJson(definition));
}

const digests = new WeakMap<DiscoveredTool, string>();

/** The digest of a definition (RFC 8785), worked out once for each that a server told: the same list is compared again and again. */
export function digestOfTool(tool: DiscoveredTool): string {
  const digest = digests.get(tool) ?? digestOf(tool);
  digests.set(tool, digest);
  return digest;
}
