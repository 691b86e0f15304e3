import { z } from 'zod';
import { authModes } from '../../catalog/connector.ts';
import { mcpTransports } from '../../catalog/format/mcp.ts';
import { effects } from '../../catalog/format/tool.ts';
import type { TestResult } from '../../connections/checking/test-connection.ts';
import { connectionStatuses } from '../../connections/connection.ts';
import type { SharedConnection } from '../../connections/servers/shared-connections.ts';
import type { ListedTool } from '../../tools/list-tools.ts';

/** A connection of the workspace or a crew, as contract 001 calls it (RULINGS 001.9). */
export const integrationRecord = z.object({
  id: z.uuid(),
  name: z.string(),
  connector_id: z.string().describe('`mcp` for a custom server.'),
  handle: z.string(),
  transport: z
    .enum([...mcpTransports, 'stdio'])
    .nullable()
    .describe('Of an MCP server; null for an API.'),
  endpoint: z.string().nullable().describe('Of an MCP server at an address; null for an API and for a program.'),
  command: z.string().nullable().describe('The entry of the operator’s list that runs; null for everything else.'),
  auth_mode: z.enum(authModes),
  header_names: z.array(z.string()).describe('Their values are never shown.'),
  scope: z.enum(['workspace', 'crew']),
  crew_id: z.string().nullable(),
  status: z.enum(connectionStatuses),
  status_reason: z.string().nullable(),
  is_active: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export function showIntegration(shared: SharedConnection): z.output<typeof integrationRecord> {
  const { connection, transport, endpoint, headerNames } = shared;
  return {
    id: connection.id,
    name: connection.label,
    connector_id: connection.connectorId,
    handle: connection.handle,
    transport,
    endpoint,
    command: connection.settings.command ?? null,
    auth_mode: connection.authMode,
    header_names: [...headerNames],
    scope: connection.scope === 'crew' ? 'crew' : 'workspace',
    crew_id: connection.crewId,
    status: connection.status,
    status_reason: connection.status === 'connected' ? null : connection.statusReason,
    is_active: connection.isActive,
    created_at: connection.createdAt,
    updated_at: connection.updatedAt,
  };
}

/** What a test of it found. */
export const integrationTest = z.object({
  status: z.enum(['ok', 'error', 'auth_required']),
  message: z.string().exactOptional(),
  server_info: z.object({ name: z.string(), version: z.string() }).exactOptional(),
});

export function showTest({ status, message, server }: TestResult): z.output<typeof integrationTest> {
  return {
    status,
    ...(message === undefined ? {} : { message }),
    ...(server === undefined ? {} : { server_info: { ...server } }),
  };
}

/** A tool of it, whether it can be called or not. */
export const integrationTool = z.object({
  name: z.string(),
  address: z.string().describe('The name MCP and sessions use: `<handle>__<tool>`.'),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  disabled: z.boolean(),
  requires_confirmation: z.boolean().nullable().describe('null: nobody said; a write asks, a read does not.'),
  held: z
    .boolean()
    .describe('Whether it waits for a person to look at what its server made of it; shown to people alone.'),
  input_schema: z.record(z.string(), z.unknown()),
});

export function showIntegrationTool({ spec, address, switches, held }: ListedTool): z.output<typeof integrationTool> {
  return {
    name: spec.name,
    address,
    label: spec.label,
    description: spec.description,
    type: spec.effect,
    destructive: spec.destructive,
    disabled: switches.disabled,
    requires_confirmation: switches.requiresConfirmation ?? null,
    held: held !== undefined,
    input_schema: { ...spec.input },
  };
}
