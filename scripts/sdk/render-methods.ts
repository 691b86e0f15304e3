import { camelCase, pascalCase } from './name-operation.ts';
import type { TypeNames } from './name-types.ts';
import type { Operation } from './read-operations.ts';
import { renderDocs, renderType, type TypeWriter } from './render-type.ts';

/** How types are written in the file, and which exist. */
export interface Surroundings {
  readonly names: TypeNames;
  readonly writer: TypeWriter;
}

/** One method: an operation, or one that streams its answer. */
interface Method {
  readonly operation: Operation;
  readonly name: string;
  readonly docs: string;
  /** The function of `Send` that reads this kind of answer. */
  readonly call: string;
  /** What it makes of it. */
  readonly type: string;
}

/** The methods of a resource as a type, with an object for each word below it. */
export function renderSignatures(operations: readonly Operation[], around: Surroundings): string {
  return renderTree(operations, 1, {
    method: (operation) => methodsOf(operation, around).map(renderSignature),
    space: (word, below) => `readonly ${word}: ${below};`,
  });
}

/** The same as what they do: each describes its request. */
export function renderMethods(operations: readonly Operation[], around: Surroundings): string {
  return renderTree(operations, 1, {
    method: (operation) => methodsOf(operation, around).map(renderMethod),
    space: (word, below) => `${word}: ${below},`,
  });
}

interface Painter {
  method(operation: Operation): readonly string[];
  space(word: string, below: string): string;
}

function renderTree(operations: readonly Operation[], depth: number, painter: Painter): string {
  const own = operations.filter(({ namespace }) => namespace.length === depth);
  const below = Map.groupBy(
    operations.filter(({ namespace }) => namespace.length > depth),
    ({ namespace }) => namespace[depth] ?? '',
  );
  const spaces = [...below].map(([word, deeper]) => painter.space(word, renderTree(deeper, depth + 1, painter)));
  return `{\n${[...own.flatMap(painter.method), ...spaces].join('\n')}\n}`;
}

function methodsOf(operation: Operation, around: Surroundings): readonly Method[] {
  const { name, docs, streams } = operation;
  const plain = { operation, name, docs, ...deliveryOf(operation, around) };
  if (!streams) return [plain];
  const more = `${docs}\n\nAs server-sent events, while it goes on.`;
  return [
    plain,
    { operation, name: `${name}Stream`, docs: more, call: 'events', type: 'AsyncGenerator<ServerEvent, void>' },
  ];
}

function deliveryOf({ answer }: Operation, { names, writer }: Surroundings): Pick<Method, 'call' | 'type'> {
  if (answer.kind === 'list') return { call: 'list', type: `List<${renderType(answer.item, writer)}>` };
  if (answer.kind === 'object') {
    const type = names.nameOf(answer.schemas) ?? answer.schemas.map((schema) => renderType(schema, writer)).join(' | ');
    return { call: 'object', type: `Promise<${type}>` };
  }
  return otherDeliveries[answer.kind];
}

const otherDeliveries = {
  nothing: { call: 'nothing', type: 'Promise<void>' },
  text: { call: 'text', type: 'Promise<string>' },
  bytes: { call: 'bytes', type: 'Promise<Response>' },
  handedOn: { call: 'bytes', type: 'Promise<Response>' },
  lines: { call: 'lines', type: 'AsyncGenerator<unknown, void>' },
};

function renderSignature({ operation, name, docs, type }: Method): string {
  const parameters = parametersOf(operation).map(
    ({ name: parameter, type: of, optional }) => `${parameter}${optional ? '?' : ''}: ${of}`,
  );
  return `${renderDocs(docs)}${name}(${parameters.join(', ')}): ${type};`;
}

function renderMethod({ operation, name, call }: Method): string {
  const parameters = parametersOf(operation).map((parameter) => parameter.name);
  return `${name}: (${parameters.join(', ')}) => send.${call}(${renderAsk(operation)}, options),`;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

/** The values of the path, then the body or else the query, then the options. */
function parametersOf({ id, path, body, query }: Operation): readonly Parameter[] {
  const steps = namesIn(path).map((name) => ({ name, type: 'string', optional: false }));
  const queryType = `${pascalCase(id)}Query`;
  const isNeeded = query.some(({ required }) => required);
  const options = { name: 'options', type: 'Options', optional: true };
  if (body === undefined && query.length === 0) return [...steps, options];
  if (body === undefined) return [...steps, { name: 'query', type: queryType, optional: !isNeeded }, options];
  const withQuery = query.length === 0 ? options : { ...options, type: `Options & { readonly query?: ${queryType} }` };
  if (body.kind === 'bytes') return [...steps, { name: 'bytes', type: 'Bytes', optional: false }, withQuery];
  return [...steps, { name: 'body', type: `${pascalCase(id)}Body`, optional: !body.required }, withQuery];
}

/** `/crews/{crew}/members/{user_id}` → `['crew', 'userId']` */
function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => camelCase(name));
}

function renderAsk({ method, path, body, query, repeatable }: Operation): string {
  const parts = [
    `method: '${method}'`,
    `path: ${renderPath(path)}`,
    ...(body === undefined && query.length > 0 ? ['query'] : []),
    ...(body !== undefined && query.length > 0 ? ['query: options?.query'] : []),
    ...(body?.kind === 'json' ? [body.required ? 'body' : 'body: body ?? {}'] : []),
    ...(body?.kind === 'bytes' ? ['bytes'] : []),
    ...(repeatable ? ['repeatable: true'] : []),
  ];
  return `{ ${parts.join(', ')} }`;
}

function renderPath(path: string): string {
  if (!path.includes('{')) return `'${path}'`;
  return `at\`${path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => `\${${camelCase(name)}}`)}\``;
}
