import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import type { ListedTool } from '../../tools/list-tools.ts';
import { connectionRef, showConnectionRef } from './connection-ref.ts';

/** A tool the caller can call. */
export const toolItem = z.object({
  name: z.string().describe('The name MCP and sessions use: `<handle>__<tool>`.'),
  tool: z.string().describe('Without the connection: `get_issue`.'),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  disabled: z.boolean(),
  requires_confirmation: z.boolean(),
  connection: connectionRef,
  input_schema: z.record(z.string(), z.unknown()),
});

export function showTool({ address, connection, spec, switches }: ListedTool): z.output<typeof toolItem> {
  return {
    name: address,
    tool: spec.name,
    label: spec.label,
    description: spec.description,
    type: spec.effect,
    destructive: spec.destructive,
    disabled: switches.disabled,
    requires_confirmation: switches.requiresConfirmation === true || spec.effect === 'write',
    connection: showConnectionRef(connection),
    input_schema: { ...spec.input },
  };
}
