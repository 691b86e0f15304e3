import { readFileSync } from 'node:fs';
import { ask, isInteractive } from '../asking/ask.ts';
import { objectIn, readStdin } from '../asking/read-stdin.ts';
import { nearMiss } from '../near-miss.ts';
import { UsageError } from '../show-error.ts';
import { plain, writeError } from '../terminal.ts';
import type { FormField } from './manifest.ts';

/** How values come besides being typed. */
export interface GivenFields {
  /** `key=value`, of fields that are no secret. */
  readonly pairs: readonly string[];
  /** A file with a JSON object, or `-` for standard input. */
  readonly file: string | undefined;
}

/** The options of `GivenFields`. */
export const fieldOptions = { field: { type: 'string', multiple: true }, fields: { type: 'string' } } as const;

/** The same, for `--help`. */
export const fieldHelp = `  --field <key>=<v>   a value that is no secret; may stand several times
  --fields <file>     a JSON object with values, secrets too; "-": standard input
`;

/**
 * Every value of a form: what was given, and on a terminal the rest by asking, secrets hidden. Throws `UsageError` for values
 * nobody asked for, secrets in the open, and what is missing where nobody can be asked.
 */
export async function takeFields(
  fields: readonly FormField[],
  given: GivenFields,
): Promise<Readonly<Record<string, unknown>>> {
  const values = { ...(await fromFile(given.file)), ...fromPairs(fields, given.pairs) };
  for (const key of Object.keys(values)) requireField(fields, key);
  const open = fields.filter(({ key }) => !(key in values));
  if (!isInteractive() || given.file === '-') return refuseMissing(open, values);
  const typed: [string, string][] = [];
  for (const field of open) {
    const value = await askField(field);
    if (value !== '') typed.push([field.key, value]);
  }
  return { ...values, ...Object.fromEntries(typed) };
}

async function fromFile(file: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (file === undefined) return {};
  return objectIn(file === '-' ? await readStdin() : contentOf(file), '--fields');
}

function fromPairs(fields: readonly FormField[], pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError('--field is <key>=<value>.');
      const key = pair.slice(0, at);
      if (requireField(fields, key).secret)
        throw new UsageError(
          `"${key}" is a secret: others on this machine could read it. Give it with --fields, or type it in.`,
        );
      return [key, pair.slice(at + 1)];
    }),
  );
}

function requireField(fields: readonly FormField[], key: string): FormField {
  const field = fields.find((each) => each.key === key);
  const keys = fields.map((each) => each.key);
  if (field) return field;
  throw new UsageError(`It has no value "${key}", but ${keys.join(', ') || 'none at all'}.${nearMiss(key, keys)}`);
}

function refuseMissing(open: readonly FormField[], values: Readonly<Record<string, unknown>>) {
  const missing = open.filter((field) => field.required && field.default === undefined).map(({ key }) => key);
  if (missing.length === 0) return values;
  throw new UsageError(
    `Values are missing: ${missing.join(', ')}. Give them as JSON: --fields <file>, or --fields - and standard input.`,
  );
}

async function askField(field: FormField): Promise<string> {
  if (field.help !== undefined) writeError(`${plain(field.help)}\n`);
  for (const { value, label } of field.choices) writeError(`  ${plain(value)}  ${plain(label)}\n`);
  for (;;) {
    const typed = await ask(questionFor(field), { hidden: field.secret && field.type !== 'multiline' });
    const value = field.type === 'multiline' && typed.trim() !== '' ? contentOf(typed.trim()) : typed;
    if (value.trim() !== '') return value;
    if (field.default !== undefined) return field.default;
    if (!field.required) return '';
    writeError('It is needed.\n');
  }
}

function questionFor({ label, secret, type, required, default: usual, placeholder }: FormField): string {
  const hints = [
    ...(type === 'multiline' ? ['a file that holds it'] : secret ? ['not shown'] : []),
    ...(usual !== undefined && !secret ? [`default ${usual}`] : []),
    ...(usual === undefined && placeholder !== undefined ? [placeholder] : []),
    ...(required || usual !== undefined ? [] : ['may be empty']),
  ];
  return `${label}${hints.length === 0 ? '' : ` (${hints.join(', ')})`}:`;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} cannot be read.`, { cause });
  }
}
