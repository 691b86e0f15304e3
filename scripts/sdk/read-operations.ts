import type { ApiDescription, DescribedOperation, JsonSchema } from './api-description.ts';
import { type MethodName, nameOperation } from './name-operation.ts';

/** What an operation answers: how the client reads it, and as which type. */
export type Answer =
  | { readonly kind: 'nothing' | 'text' | 'bytes' | 'lines' | 'handedOn' }
  | { readonly kind: 'object'; readonly schemas: readonly JsonSchema[] }
  | { readonly kind: 'list'; readonly item: JsonSchema };

/** What is sent with an operation. */
export type Body =
  | { readonly kind: 'json'; readonly schema: JsonSchema; readonly required: boolean }
  | { readonly kind: 'bytes' };

export interface QueryField {
  readonly name: string;
  readonly required: boolean;
  readonly docs: string | undefined;
  readonly schema: JsonSchema;
}

/** A method of the client. */
export interface Operation extends MethodName {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly docs: string;
  readonly query: readonly QueryField[];
  readonly body: Body | undefined;
  /** Whether it takes an `Idempotency-Key`. */
  readonly repeatable: boolean;
  readonly answer: Answer;
  /** Whether it can be answered by server-sent events as well. */
  readonly streams: boolean;
}

/** The operations that programs call, in the order of the description. Throws where two would have one name. */
export function readOperations({ paths }: ApiDescription): readonly Operation[] {
  const known = new Set(Object.keys(paths));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, described]) => isForPrograms(path, described))
      .map(([method, described]) => readOperation({ method, path, known }, described)),
  );
  refuseClashes(operations);
  return operations;
}

/** Pages, redirects of browsers, and paths of any length (the raw proxy has a method by hand) are no methods. */
function isForPrograms(path: string, { responses }: DescribedOperation): boolean {
  if (!/^\/(api|v1)\//.test(path) || path.endsWith('/{path}')) return false;
  return !Object.entries(responses).some(([status, { content }]) => status.startsWith('3') || 'text/html' in content);
}

interface Place {
  readonly method: string;
  readonly path: string;
  readonly known: ReadonlySet<string>;
}

function readOperation({ method, path, known }: Place, described: DescribedOperation): Operation {
  const { operationId: id, summary, description, parameters, responses } = described;
  const successes = Object.entries(responses).flatMap(([status, { content }]) =>
    status.startsWith('2') ? [content] : [],
  );
  return {
    ...nameOperation({ operationId: id, method, path }, known),
    id,
    method: method.toUpperCase(),
    path,
    docs: [summary, description].filter((text) => text !== '').join('\n\n'),
    query: parameters
      .filter((parameter) => parameter.in === 'query' && parameter.name !== 'workspace_id')
      .map(({ name, required, description: docs, schema }) => ({ name, required, docs, schema })),
    body: readBody(described),
    repeatable: parameters.some(({ name }) => name === 'Idempotency-Key'),
    answer: 'default' in responses ? { kind: 'handedOn' } : readAnswer(id, method, successes),
    streams: successes.some((content) => 'text/event-stream' in content),
  };
}

function readBody({ requestBody }: DescribedOperation): Body | undefined {
  if (requestBody === undefined) return undefined;
  const json = requestBody.content['application/json'];
  return json === undefined
    ? { kind: 'bytes' }
    : { kind: 'json', schema: json.schema, required: requestBody.required && hasRequired(json.schema) };
}

function hasRequired(schema: JsonSchema): boolean {
  return schema['type'] !== 'object' || (Array.isArray(schema['required']) && schema['required'].length > 0);
}

type Content = DescribedOperation['responses'][string]['content'];

function readAnswer(id: string, method: string, successes: readonly Content[]): Answer {
  const types = new Set(successes.flatMap((content) => Object.keys(content)));
  if (types.size === 0) return { kind: 'nothing' };
  if (types.has('application/x-ndjson')) return { kind: 'lines' };
  if (types.has('application/octet-stream')) return { kind: 'bytes' };
  if (types.has('text/plain')) return { kind: 'text' };
  const schemas = successes.flatMap((content) => {
    const json = content['application/json'];
    return json === undefined ? [] : [json.schema];
  });
  const item = method === 'get' && schemas[0] !== undefined ? itemOf(schemas[0]) : undefined;
  if (item !== undefined) return { kind: 'list', item };
  if (schemas.length > 0 && schemas.every((schema) => schema['type'] !== 'array')) return { kind: 'object', schemas };
  throw new Error(`What ${id} answers is of no kind that the client reads: ${[...types].join(', ')}.`);
}

/** Of a bare array, and of `{data}` with nothing beside it but the way to the next page. */
function itemOf(schema: JsonSchema): JsonSchema | undefined {
  if (schema['type'] === 'array') return asSchema(schema['items']);
  const properties = asSchema(schema['properties']) ?? {};
  const data = asSchema(properties['data']);
  const isList = Object.keys(properties).every((name) => ['data', 'next_cursor', 'meta'].includes(name));
  return isList && data?.['type'] === 'array' ? asSchema(data['items']) : undefined;
}

/** The value as a node of a schema, where it can be one. */
export function asSchema(value: unknown): JsonSchema | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function refuseClashes(operations: readonly Operation[]): void {
  const taken = new Map<string, string>();
  const spaces = new Map(
    operations.flatMap(({ namespace, id }) => namespace.map((_, end) => [namespace.slice(0, end + 1).join('.'), id])),
  );
  for (const { namespace, name, id } of operations) {
    const full = [...namespace, name].join('.');
    const other = taken.get(full) ?? spaces.get(full);
    if (other !== undefined)
      throw new Error(`${id} and ${other} would both be ${full} in the client. Give one of the routes another name.`);
    taken.set(full, id);
  }
}
