import { pagingArguments } from '../../catalog/input/paging-arguments.ts';
import { argumentPlaces } from '../specs/argument-places.ts';
import { propertiesOf, requiredOf } from '../specs/input-properties.ts';
import type { ToolSpec } from '../specs/tool-spec.ts';

/** Where in a request an argument stands, as callers of an operation group them. */
export const paramGroups = ['path_params', 'query_params', 'header_params', 'body_params'] as const;
export type ParamGroup = (typeof paramGroups)[number];

/** The arguments of an operation by where they stand. */
export type GroupedParams = Readonly<Record<ParamGroup, Readonly<Record<string, unknown>>>>;

type Schema = Readonly<Record<string, unknown>>;

/**
 * The group of an argument: the first of path, query, headers and body that it stands in. Whatever the operation of an HTTP
 * API does not place elsewhere, and everything an MCP server takes, is the body.
 */
export function groupOf({ operation }: Pick<ToolSpec, 'operation'>, argument: string): ParamGroup {
  if (operation === undefined) return 'body_params';
  const { path, query, headers } = argumentPlaces(operation);
  if (path.has(argument)) return 'path_params';
  if (query.has(argument)) return 'query_params';
  return headers.has(argument) ? 'header_params' : 'body_params';
}

/** The input schema of a tool taken apart: one object schema per group. What the arguments have to do with each other is not in them. */
export function groupedSchemas(spec: Pick<ToolSpec, 'operation' | 'input'>): Readonly<Record<ParamGroup, Schema>> {
  return {
    path_params: schemaOf(spec, 'path_params'),
    query_params: schemaOf(spec, 'query_params'),
    header_params: schemaOf(spec, 'header_params'),
    body_params: schemaOf(spec, 'body_params'),
  };
}

/** Without what leads through a list of ours: who invokes an operation gets the provider's own pages. */
function schemaOf(spec: Pick<ToolSpec, 'operation' | 'input'>, group: ParamGroup): Schema {
  const { input, operation } = spec;
  const ours = new Set(pagingArguments(operation?.pagination));
  const isHere = (name: string) => !ours.has(name) && groupOf(spec, name) === group;
  const isClosed = group !== 'body_params' || input['additionalProperties'] === false;
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(propertiesOf(input)).filter(([name]) => isHere(name))),
    required: requiredOf(input).filter(isHere),
    ...(isClosed ? { additionalProperties: false } : {}),
    // References lead to the root of a schema, so that what they name goes along.
    ...Object.fromEntries(['$defs', 'definitions'].flatMap((key) => (key in input ? [[key, input[key]]] : []))),
  };
}

/** The arguments in one object, or those that stand in the wrong group. */
export function joinGroups(
  spec: Pick<ToolSpec, 'operation'>,
  groups: GroupedParams,
): { readonly arguments: Readonly<Record<string, unknown>> } | { readonly misplaced: readonly Misplaced[] } {
  const given = paramGroups.flatMap((group) =>
    Object.entries(groups[group]).map(([name, value]) => ({ group, name, value })),
  );
  const misplaced = given.flatMap(({ group, name }) => {
    const belongs = groupOf(spec, name);
    return belongs === group ? [] : [{ group, name, belongs }];
  });
  if (misplaced.length > 0) return { misplaced };
  return { arguments: Object.fromEntries(given.map(({ name, value }) => [name, value])) };
}

interface Misplaced {
  readonly group: ParamGroup;
  readonly name: string;
  /** Where it belongs. */
  readonly belongs: ParamGroup;
}
