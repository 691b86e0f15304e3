import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import { groupedSchemas, type ParamGroup } from '../../tools/operations/group-params.ts';
import type { OperationEntry } from '../../tools/operations/list-operations.ts';
import { printedName } from '../../tools/specs/tool-address.ts';

/** An operation of a connector, at a connection or as the catalog has it. */
export const operationItem = z.object({
  name: z.string().describe('`<connector>_<operation>`'),
  operation: z.string().describe('Without the connector: `get_ticket`.'),
  connector_id: z.string(),
  connection_id: z.uuid().nullable().describe('null where the connector is not connected, or no connection was named.'),
  connection_name: z.string().nullable(),
  connected: z.boolean(),
  label: z.string(),
  description: z.string(),
  type: z.enum(effects),
  destructive: z.boolean(),
  disabled: z.boolean(),
  requires_confirmation: z.boolean(),
});

const jsonSchema = z.record(z.string(), z.unknown());

/** With the schema of its arguments, without those that the connection sets. */
export const operationWithSchema = operationItem.extend({ input_schema: jsonSchema });

/** The same taken apart by where the arguments stand, as a call sends them. */
export const operationDetail = operationWithSchema.extend({
  path_params: jsonSchema,
  query_params: jsonSchema,
  header_params: jsonSchema,
  body_params: jsonSchema,
} satisfies Record<ParamGroup, typeof jsonSchema>);

export function showOperation({
  connector,
  connection,
  spec,
  switches,
}: OperationEntry): z.output<typeof operationItem> {
  return {
    name: printedName(connector.id, spec.name),
    operation: spec.name,
    connector_id: connector.id,
    connection_id: connection?.id ?? null,
    connection_name: connection?.label ?? null,
    connected: connection?.status === 'connected',
    label: spec.label,
    description: spec.description,
    type: spec.effect,
    destructive: spec.destructive,
    disabled: switches.disabled,
    requires_confirmation: switches.requiresConfirmation === true || spec.effect === 'write',
  };
}

export function showWithSchema(entry: OperationEntry): z.output<typeof operationWithSchema> {
  return { ...showOperation(entry), input_schema: { ...entry.spec.input } };
}

export function showDetail(entry: OperationEntry): z.output<typeof operationDetail> {
  const { path_params, query_params, header_params, body_params } = groupedSchemas(entry.spec);
  return {
    ...showWithSchema(entry),
    path_params: { ...path_params },
    query_params: { ...query_params },
    header_params: { ...header_params },
    body_params: { ...body_params },
  };
}
