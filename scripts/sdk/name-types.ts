import type { ApiDescription, JsonSchema } from './api-description.ts';
import { pascalCase } from './name-operation.ts';
import type { Operation } from './read-operations.ts';
import { renderOwn, type TypeWriter } from './render-type.ts';

/** A type of the client that has a name of its own: one schema, or several of which an answer is one. */
export interface NamedType {
  readonly name: string;
  readonly schemas: readonly JsonSchema[];
  /** Whether it is sent, and not answered. */
  readonly sent: boolean;
}

/** The types of the client, each named once however often its shape occurs. */
export interface TypeNames {
  readonly types: ReadonlyMap<string, NamedType>;
  /** The name of a shape that is answered, where it has one. */
  nameOf(schemas: readonly JsonSchema[]): string | undefined;
}

/** A short type reads better where it is used. */
const shortestNamed = 60;

/**
 * Names what the description names, then the thing that `get…` answers, the items of lists, and every other answer
 * after its operation. Throws where two shapes claim one name.
 */
export function nameTypes(operations: readonly Operation[], { components }: ApiDescription): TypeNames {
  const types = new Map<string, NamedType>();
  const byShape = new Map<string, string>();

  function add(type: NamedType): void {
    if (types.has(type.name)) throw new Error(`Two types are called ${type.name}.`);
    types.set(type.name, type);
    if (!type.sent) byShape.set(shapeOf(type.schemas), type.name);
  }

  function nameOf(schemas: readonly JsonSchema[]): string | undefined {
    const [first, ...more] = distinct(schemas);
    if (more.length === 0 && typeof first?.['$ref'] === 'string') return lastStep(first['$ref']);
    return byShape.get(shapeOf(schemas));
  }

  function addAnswer(wish: string, { otherwise, schemas }: Answered): void {
    if (nameOf(schemas) !== undefined || shapeOf(schemas).length < shortestNamed) return;
    add({ name: types.has(wish) ? otherwise : wish, schemas: distinct(schemas), sent: false });
  }

  for (const [name, schema] of Object.entries(components.schemas)) add({ name, schemas: [schema], sent: false });
  for (const { id, answer } of operations)
    if (answer.kind === 'object' && answer.schemas.length === 1 && id.startsWith('get'))
      addAnswer(id.slice(3), { otherwise: `${id.slice(3)}Detail`, schemas: answer.schemas });
  for (const { id, answer } of operations) {
    const noun = singular(id.replace(/^[a-z]+/, ''));
    if (answer.kind === 'list') addAnswer(noun, { otherwise: `Listed${noun}`, schemas: [answer.item] });
  }
  for (const { id, answer } of operations) {
    const name = `${pascalCase(id)}Answer`;
    if (answer.kind === 'object') addAnswer(name, { otherwise: name, schemas: answer.schemas });
  }
  for (const { id, body } of operations)
    if (body?.kind === 'json') add({ name: `${pascalCase(id)}Body`, schemas: [body.schema], sent: true });
  return { types, nameOf };
}

interface Answered {
  /** The name where the wished one is taken. */
  readonly otherwise: string;
  readonly schemas: readonly JsonSchema[];
}

/** What two schemas have in common that mean the same type. */
function shapeOf(schemas: readonly JsonSchema[]): string {
  return distinct(schemas)
    .map((schema) => renderOwn(schema, bareWriter))
    .join(' | ');
}

function distinct(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
  return [...new Map(schemas.map((schema) => [renderOwn(schema, bareWriter), schema])).values()];
}

const bareWriter: TypeWriter = { nameOf: () => undefined, nameOfReference: lastStep, docs: false, sent: false };

/** `#/components/schemas/Crew` → `Crew` */
export function lastStep(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

function singular(plural: string): string {
  return plural.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
}
