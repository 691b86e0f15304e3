import { z } from 'zod';
import { effects } from '../../catalog/connector.ts';
import type { ListedTool } from '../../tools/list-tools.ts';

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
  connection: z.object({
    id: z.uuid(),
    handle: z.string(),
    label: z.string(),
    account: z.string().nullable(),
    connector: z.string(),
  }),
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
    connection: {
      id: connection.id,
      handle: connection.handle,
      label: connection.label,
      account: connection.identity,
      connector: connection.connectorId,
    },
    input_schema: { ...spec.input },
  };
}
