import type { ConnectionSettings } from '../../connections/settings/connection-settings.ts';
import { type FixedParam, fixedParams, headersOf } from '../../connections/settings/general-params.ts';
import type { JsonObject } from '../../lib/json.ts';
import { type FixedParams, nothingFixed } from '../../transports/attachment.ts';
import { argumentPlaces } from './argument-places.ts';
import { fixedValue } from './fixed-value.ts';
import { propertiesOf, withoutProperties } from './input-properties.ts';
import type { ToolSpec } from './tool-spec.ts';

/** What a connection puts into every call of one tool. */
export interface ToolFixed extends FixedParams {
  /** The schema of all arguments, those that are fixed included; absent where none is. */
  readonly input: ToolSpec['input'] | undefined;
}

/** A tool as a connection offers it: what the connection fixes is no input any more. */
export interface NarrowedTool {
  readonly spec: ToolSpec;
  readonly fixed: ToolFixed;
}

export const unfixed: ToolFixed = { ...nothingFixed, input: undefined };

const narrowed = new WeakMap<ToolSpec, WeakMap<ConnectionSettings, NarrowedTool>>();

/**
 * The tool with the general parameters of a connection put in (RULINGS 000.3), worked out once for both. A path, query or
 * header parameter is the argument that stands there under its name, or is called so; what no argument carries goes into
 * every request. An MCP server's tools have no places: a path or query parameter is the argument called so. Its headers
 * come with the connection to the server.
 */
export function narrowTool(spec: ToolSpec, settings: ConnectionSettings): NarrowedTool {
  if (settings.generalParams.length === 0) return { spec, fixed: unfixed };
  const bySettings = narrowed.get(spec) ?? new WeakMap<ConnectionSettings, NarrowedTool>();
  narrowed.set(spec, bySettings);
  const tool = bySettings.get(settings) ?? narrow(spec, fixedParams(settings));
  bySettings.set(settings, tool);
  return tool;
}

/** The arguments of a call together with those that its connection fixes, which count. */
export function withFixed(args: JsonObject, { args: fixed }: Pick<ToolFixed, 'args'>): JsonObject {
  return fixed === nothingFixed.args ? args : { ...args, ...fixed };
}

function narrow(spec: ToolSpec, params: readonly FixedParam[]): NarrowedTool {
  const placed = params.map((param) => ({ param, argument: argumentFor(spec, param) }));
  const properties = propertiesOf(spec.input);
  const args = Object.fromEntries(
    placed.flatMap(({ param, argument }) =>
      argument === undefined ? [] : [[argument, fixedValue(properties[argument], param.value)] as const],
    ),
  );
  const free = placed.filter(({ argument }) => argument === undefined).map(({ param }) => param);
  const query = free.filter(({ location }) => location === 'query').map(({ name, value }) => [name, value] as const);
  const names = new Set(Object.keys(args));
  return {
    spec: names.size === 0 ? spec : { ...spec, input: withoutProperties(spec.input, names) },
    fixed: {
      args: names.size === 0 ? nothingFixed.args : args,
      query: Object.fromEntries(query),
      headers: headersOf(free),
      input: names.size === 0 ? undefined : spec.input,
    },
  };
}

/** The argument that a general parameter is, in this tool; `undefined` where none carries it. */
function argumentFor({ input, operation, proxied }: ToolSpec, { location, name }: FixedParam): string | undefined {
  if (proxied === true) return undefined;
  if (operation === undefined) {
    const mayBeArgument = location === 'path' || location === 'query';
    return mayBeArgument && Object.hasOwn(propertiesOf(input), name) ? name : undefined;
  }
  const { path, query, headers, queryNames, headerNames, wholeQuery } = argumentPlaces(operation);
  switch (location) {
    case 'path':
      return path.has(name) ? name : undefined;
    case 'query':
      return queryNames.get(name) ?? (query.has(name) && name !== wholeQuery ? name : undefined);
    case 'header':
      return headerNames.get(name.toLowerCase()) ?? (headers.has(name) ? name : undefined);
    case 'cookie':
      return undefined;
  }
}
