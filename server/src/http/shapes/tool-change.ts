import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import { newToolPolicies } from '../../connections/tools/decide-tools.ts';
import type { SeenTool } from '../../connections/tools/tool-definition.ts';
import type { ToolChange } from '../../connections/tools/see-change.ts';
import { toolFlag } from './tool.ts';

/** What happens to tools that a server adds later. */
export const newToolsInput = z
  .enum(newToolPolicies)
  .describe('offer: they are offered, writes ask a person every time. hold: they wait for a person to look at them.');

const definition = z.object({
  digest: z.string().describe('SHA-256 of the definition (RFC 8785).'),
  name: z.string(),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  input_schema: z.record(z.string(), z.unknown()),
});

/** What a server says of a tool beside what was accepted of it, in the server's own words. */
export const toolChange = z.object({
  held: z.boolean(),
  accepted: definition.nullable().describe('What counts; null where nothing was accepted yet.'),
  seen: definition,
  differences: z
    .array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() }))
    .describe('By JSON Pointer (RFC 6901); null stands for what is absent.'),
  flags: z.array(toolFlag),
});

export function showToolChange(change: ToolChange): z.output<typeof toolChange> {
  const { accepted, seen, differences, flags, isHeld } = change;
  return {
    held: isHeld,
    accepted: accepted === undefined ? null : showDefinition(accepted),
    seen: showDefinition(seen),
    differences: differences.map(({ path, before = null, after = null }) => ({ path, before, after })),
    flags: [...flags],
  };
}

function showDefinition({ effect, input, ...tool }: SeenTool): z.output<typeof definition> {
  return { ...tool, type: effect, input_schema: { ...input } };
}
