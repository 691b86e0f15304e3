import { lastStep, type NamedType, type TypeNames } from './name-types.ts';
import type { Operation } from './read-operations.ts';
import { renderOwn, renderType, type TypeWriter } from './render-type.ts';

/** The file of types that several resources use. */
export const sharedFile = 'shared';

/** Which types stand in which file: those of one resource with it, those of several in the shared file. What nobody uses stands nowhere. */
export function placeTypes(
  resources: ReadonlyMap<string, readonly Operation[]>,
  names: TypeNames,
): ReadonlyMap<string, readonly NamedType[]> {
  const users = new Map<string, Set<string>>();
  for (const [word, operations] of resources)
    for (const name of reachable(
      operations.flatMap((operation) => usedBy(operation, names)),
      names,
    ))
      users.set(name, (users.get(name) ?? new Set()).add(word));
  const placed = [...names.types.values()].filter(({ name }) => users.has(name));
  return Map.groupBy(placed, ({ name }) => onlyOf(users.get(name) ?? new Set()) ?? sharedFile);
}

/** A writer of types that tells which names it wrote. */
export function recordingWriter(names: TypeNames, used: Set<string>): TypeWriter {
  const record = (name: string | undefined): string | undefined => {
    if (name !== undefined) used.add(name);
    return name;
  };
  return {
    nameOf: (schema) => record(names.nameOf([schema])),
    nameOfReference: (reference) => record(lastStep(reference)) ?? '',
    docs: true,
    sent: false,
  };
}

/** A named type as its definition says, and not by its name. What is sent names only what the description names. */
export function renderDefinition({ schemas, sent }: NamedType, writer: TypeWriter): string {
  const own = sent ? { ...writer, sent, nameOf: () => undefined } : writer;
  const [first] = schemas;
  if (first !== undefined && schemas.length === 1) return renderOwn(first, own);
  return schemas.map((schema) => renderType(schema, own)).join(' | ');
}

function usedBy({ id, answer, body }: Operation, names: TypeNames): readonly string[] {
  const used = new Set<string>();
  const writer = recordingWriter(names, used);
  if (answer.kind === 'list') renderType(answer.item, writer);
  if (answer.kind === 'object') {
    const name = names.nameOf(answer.schemas);
    if (name === undefined) for (const schema of answer.schemas) renderType(schema, writer);
    else used.add(name);
  }
  if (body?.kind === 'json') used.add(bodyName(id));
  return [...used];
}

/** `callTool` → `CallToolBody` */
export function bodyName(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}Body`;
}

function reachable(start: readonly string[], names: TypeNames): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = names.types.get(name);
    if (type === undefined) throw new Error(`There is no type ${name}.`);
    if (found.has(name)) continue;
    found.add(name);
    const used = new Set<string>();
    renderDefinition(type, recordingWriter(names, used));
    waiting.push(...used);
  }
  return found;
}

function onlyOf(words: ReadonlySet<string>): string | undefined {
  const [only, ...more] = words;
  return more.length === 0 ? only : undefined;
}
