import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import type { ListedTool } from '../../tools/list-tools.ts';
import { flagKinds } from '../../connections/tools/flags/tool-flag.ts';
import { connectionRef, showConnectionRef } from './connection-ref.ts';

/** Something a person should know of a tool before they accept it. */
export const toolFlag = z.object({
  kind: z.enum(flagKinds),
  path: z.string().describe('JSON Pointer (RFC 6901) into the definition.'),
  message: z.string(),
});

/** A tool of a connection. */
export const toolItem = z.object({
  name: z.string().describe('The name MCP and sessions use: `<handle>__<tool>`.'),
  tool: z.string().describe('Without the connection: `get_issue`.'),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  disabled: z.boolean(),
  requires_confirmation: z.boolean(),
  held: z
    .boolean()
    .describe(
      'Whether nobody may call it before a person has looked at what its server made of it; shown to people alone.',
    ),
  flags: z.array(toolFlag),
  connection: connectionRef,
  input_schema: z.record(z.string(), z.unknown()),
});

export function showTool({ address, connection, spec, switches, held, flags }: ListedTool): z.output<typeof toolItem> {
  return {
    name: address,
    tool: spec.name,
    label: spec.label,
    description: spec.description,
    type: spec.effect,
    destructive: spec.destructive,
    disabled: switches.disabled,
    requires_confirmation: switches.requiresConfirmation === true || spec.effect === 'write',
    held: held !== undefined,
    flags: [...flags],
    connection: showConnectionRef(connection),
    input_schema: { ...spec.input },
  };
}
