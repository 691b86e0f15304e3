import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import type { Connection } from '../../connections/connection.ts';
import { listedStatuses } from '../../connections/objects/listed-connections.ts';
import { objectIdOf } from '../../connections/objects/object-id.ts';
import type { FoundTool } from '../../tools/specs/found-tool.ts';

/** The connector object of contract 003: one connection, without any credential. */
export const connectorObject = z.object({
  id: z.string().describe('`connector_` and 24 hex digits.'),
  type: z.string().describe('The id of its connector; `mcp` for custom MCP servers.'),
  name: z.string(),
  status: z.enum(listedStatuses),
  status_reason: z.string().nullable(),
  is_active: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

/** A tool of a connector object. */
const objectTool = z.object({
  name: z.string().describe('`<connector>_<tool>`'),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  requires_confirmation: z.boolean(),
  disabled: z.boolean().describe('Switched off, or held until a person has looked at what its server made of it.'),
});

/** With every tool it has, those that are switched off included. */
export const connectorObjectDetail = connectorObject.extend({ tools: z.array(objectTool) });

export function showConnectorObject(connection: Connection): z.output<typeof connectorObject> {
  return {
    id: objectIdOf(connection),
    type: connection.connectorId,
    name: connection.label,
    status: statusOf(connection),
    status_reason: connection.status === 'connected' ? null : connection.statusReason,
    is_active: connection.isActive,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}

export function showObjectTool({ connection, spec, switches, held }: FoundTool): z.output<typeof objectTool> {
  return {
    name: `${connection.connectorId.replaceAll('-', '_')}_${spec.name}`,
    label: spec.label,
    description: spec.description,
    type: spec.effect,
    requires_confirmation: switches.requiresConfirmation === true || spec.effect === 'write',
    disabled: switches.disabled || held !== undefined,
  };
}

function statusOf({ id, status }: Connection): z.output<typeof connectorObject>['status'] {
  const listed = listedStatuses.find((each) => each === status);
  if (listed === undefined) throw new Error(`Connection ${id} is ${status}, which is no state of a connector object.`);
  return listed;
}
