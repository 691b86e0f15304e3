import { isRecord, type Json } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { AuthMode, Connector, Field } from './connector.ts';
import { partFields, takeApart } from './databases/take-apart.ts';
import { didYouMean } from './did-you-mean.ts';
import { findOrigins } from './origins.ts';

/** One thing wrong with what was submitted. */
export interface FieldProblem {
  /** The field; empty where it is about the whole. */
  readonly key: string;
  readonly message: string;
}

/** Submitted values in their types, secrets apart from the rest. */
export type ResolvedFields =
  | {
      readonly ok: true;
      readonly config: Readonly<Record<string, Json>>;
      readonly secrets: Readonly<Record<string, Secret>>;
    }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

type Fielded = Pick<Connector, 'fields' | 'derived' | 'http' | 'mcp' | 'verify' | 'sql'> &
  Partial<Pick<Connector, 'auth' | 'oauth' | 'exchange'>>;

/** Whether a field is asked for in this way of signing in. */
export function isAskedIn(field: Field, mode: AuthMode): boolean {
  return field.auth_modes === undefined || field.auth_modes.includes(mode);
}

/**
 * The one function that decides required fields, defaults, types and choices (RULINGS 001.4). Unknown keys are refused.
 * Blank counts as absent; white space around a one-line value is dropped, because that is how values are
 * pasted; a `verbatim` field is taken as it is. A whole connection string stands for the fields of its parts.
 * Patterns guide forms and refuse nothing.
 */
export function resolveFields(connector: Fielded, mode: AuthMode, submitted: unknown): ResolvedFields {
  const given = submitted ?? {};
  if (!isRecord(given))
    return refuse([{ key: '', message: 'fields must be an object of field keys and their values' }]);
  const apart = takeApart(connector, given);
  if (!apart.ok) return refuse([apart.problem]);
  const { values } = apart;
  const asked = connector.fields.filter((field) => isAskedIn(field, mode));
  const read = asked.map((field) => readField(field, Object.hasOwn(values, field.key) ? values[field.key] : undefined));
  const problems = [...read.filter((field) => 'message' in field), ...unknownKeys(asked, values)];
  const sorted = sortOut(read.filter((field) => 'value' in field));
  const missing = problems.length > 0 ? undefined : missingPart(connector, sorted);
  if (missing !== undefined) problems.push({ key: missing, message: `missing required field: ${missing}` });
  return problems.length > 0 ? refuse(problems) : addressed(connector, sorted);
}

type Read = FieldProblem | { readonly field: Field; readonly value: string | number | boolean | undefined };

function readField(field: Field, submitted: unknown): Read {
  const given = clean(field, submitted);
  const value = isBlank(given) && !(field.verbatim && given === '') ? field.default : given;
  if (value === undefined)
    return field.required ? { key: field.key, message: `missing required field: ${field.key}` } : { field, value };
  const typed = convert(field, value);
  if (typed === undefined) return { key: field.key, message: `${field.key} must be ${kinds[field.type]}` };
  const wrong = field.choices && !field.choices.some((choice) => choice.value === typed);
  if (wrong)
    return {
      key: field.key,
      message: `${field.key} must be one of ${field.choices?.map((choice) => choice.value).join(', ')}`,
    };
  return { field, value: typed };
}

const kinds: Record<Field['type'], string> = {
  text: 'one line of text, at most 8,192 characters',
  multiline: 'text, at most 65,536 characters',
  url: 'an http or https address',
  email: 'an e-mail address',
  number: 'a number',
  boolean: 'true or false',
  select: 'one of its choices',
};

function clean(field: Field, submitted: unknown): unknown {
  return typeof submitted === 'string' && field.type !== 'multiline' && !field.verbatim ? submitted.trim() : submitted;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function convert(field: Field, value: unknown): string | number | boolean | undefined {
  switch (field.type) {
    case 'number':
      return asNumber(value);
    case 'boolean':
      return asBoolean(value);
    case 'multiline':
      return typeof value === 'string' && value.length <= 65_536 ? value : undefined;
    default:
      return asLine(field.type, value);
  }
}

function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.length <= 40 ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function asBoolean(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

function asLine(type: Field['type'], value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string' || text.length > 8192 || /\p{Cc}/u.test(text)) return undefined;
  if (type === 'url' && !(URL.canParse(text) && /^https?:\/\//i.test(text))) return undefined;
  return type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text) ? undefined : text;
}

/** A body may hold very many keys, and looking for what each meant takes time. */
const mostReported = 10;

function unknownKeys(asked: readonly Field[], values: Readonly<Record<string, unknown>>): FieldProblem[] {
  const known = asked.map(({ key }) => key);
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .slice(0, mostReported)
    .map((key) => ({ key, message: `unknown field: ${key.slice(0, 80)}${didYouMean(key, known)}` }));
}

interface Sorted {
  readonly config: Record<string, Json>;
  readonly secrets: Record<string, Secret>;
}

function sortOut(read: readonly Extract<Read, { field: Field }>[]): Sorted {
  const sorted: Sorted = { config: {}, secrets: {} };
  for (const { field, value } of read) {
    if (value === undefined) continue;
    if (field.secret) sorted.secrets[field.key] = new Secret(String(value));
    else sorted.config[field.key] = value;
  }
  return sorted;
}

/** A database is given as a whole or in parts, so that no field of it is required by itself: where there is none, the whole is missing. */
function missingPart({ sql, auth, fields }: Fielded, { config, secrets }: Sorted): string | undefined {
  if (sql === undefined) return undefined;
  const keys = partFields({ sql, auth });
  const isThere = (key: string) => Object.hasOwn(config, key) || Object.hasOwn(secrets, key);
  const needed = (sql.engine === 'sqlite' ? ['file'] : ['host', 'user']).flatMap((part) => keys.get(part) ?? []);
  const missing = needed.find((key) => !isThere(key));
  const chosen = fields.filter(({ default: usual }) => usual === undefined).some(({ key }) => isThere(key));
  return missing !== undefined && !chosen ? (sql.connection_string ?? missing) : missing;
}

/** The addresses formed from the fields must be addresses, before a secret is sealed for their origins (S1). */
function addressed(connector: Fielded, sorted: Sorted): ResolvedFields {
  const origins = findOrigins(connector, sorted.config);
  if (origins.ok) return { ok: true, ...sorted };
  return refuse([
    { key: origins.name.startsWith('field.') ? origins.name.slice('field.'.length) : '', message: origins.message },
  ]);
}

function refuse(problems: readonly FieldProblem[]): ResolvedFields {
  return { ok: false, problems };
}
