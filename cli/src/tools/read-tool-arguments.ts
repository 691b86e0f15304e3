import { nearMiss } from '../near-miss.ts';
import { readArguments } from '../read-arguments.ts';
import { UsageError } from '../show-error.ts';
import { argumentsOf, asSchema, type ToolArgument, typesOf } from './tool-arguments.ts';

type Schema = Readonly<Record<string, unknown>>;

/** An argument as it was written. */
export interface WrittenArgument {
  readonly name: string;
  readonly value: string;
}

/**
 * The words after a tool: its arguments as `--name value` or `name=value`, and what is left. A switch (`--confidential`) is
 * `true`. Names in `reserved` are options of ours, and arguments only as `name=value`.
 */
export function takeArguments(
  words: readonly string[],
  { schema, reserved }: { readonly schema: Schema; readonly reserved: readonly string[] },
): readonly WrittenArgument[] {
  const known = argumentsOf(schema).filter(({ name }) => !reserved.includes(name));
  const options = Object.fromEntries(known.map(({ name }) => [name, { type: 'string', multiple: true } as const]));
  const { values, positionals } = readArguments(withSwitches(words, known), options);
  const named = Object.entries(values).flatMap(([name, list]) =>
    [list].flat().map((value) => ({ name, value: String(value) })),
  );
  return [...named, ...positionals.map(pairIn)];
}

/** `--flag` alone stands for `--flag=true`; parseArgs would want a value. */
function withSwitches(words: readonly string[], known: readonly ToolArgument[]): readonly string[] {
  const switches = new Set(
    known.filter(({ schema }) => typesOf(schema).includes('boolean')).map(({ name }) => `--${name}`),
  );
  return words.map((word, at) => {
    const next = words[at + 1];
    return switches.has(word) && next !== 'true' && next !== 'false' ? `${word}=true` : word;
  });
}

function pairIn(word: string): WrittenArgument {
  const at = word.indexOf('=');
  if (at > 0) return { name: word.slice(0, at), value: word.slice(at + 1) };
  throw new UsageError(`"${word}" is no argument. Write --name value or name=value.`);
}

/** The arguments in the types of the schema. Throws `UsageError` for a name or a value that cannot be one. */
export function typedArguments(written: readonly WrittenArgument[], schema: Schema): Readonly<Record<string, unknown>> {
  const known = new Map(argumentsOf(schema).map((argument) => [argument.name, argument]));
  const names = [...new Set(written.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name) => {
      const values = written.filter((each) => each.name === name).map(({ value }) => value);
      const argument = known.get(name);
      if (argument === undefined && known.size > 0 && schema['additionalProperties'] === false)
        throw new UsageError(`The tool has no argument "${name}".${nearMiss(name, [...known.keys()])}`);
      return [name, typed(name, values, argument?.schema ?? {})];
    }),
  );
}

function typed(name: string, values: readonly string[], schema: Schema): unknown {
  const types = typesOf(schema);
  const [first = '', ...others] = values;
  if (types.includes('array')) {
    const whole = others.length === 0 && first.trimStart().startsWith('[') ? parsed(first) : undefined;
    return Array.isArray(whole) ? whole : values.map((value) => one(name, value, asSchema(schema['items'])));
  }
  if (others.length > 0) throw new UsageError(`"${name}" is given ${values.length} times, and takes one value.`);
  return one(name, first, schema);
}

function one(name: string, text: string, schema: Schema): unknown {
  const types = typesOf(schema);
  if (types.length === 0) return hasChoices(schema) ? text : (parsed(text) ?? text);
  const value = parsed(text);
  if (value !== undefined && types.includes(typeOf(value)) && !types.includes('string')) return value;
  if (typeof value === 'number' && Number.isInteger(value) && types.includes('number')) return value;
  if (value === null && types.includes('null')) return null;
  if (types.includes('string')) return text;
  throw new UsageError(`"${name}" must be ${types.map((type) => words.get(type) ?? type).join(' or ')}.`);
}

function hasChoices(schema: Schema): boolean {
  return Array.isArray(schema['enum']) || 'const' in schema;
}

const words = new Map([
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['object', 'an object in JSON'],
  ['null', 'null'],
]);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
