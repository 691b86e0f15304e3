import type { Connector } from '../connector.ts';
import { aloneIn, parseTemplate } from '../templates/template.ts';
import { type PartName, readConnectionString } from './connection-string.ts';

/** One thing wrong with what was submitted, by its field. */
interface Problem {
  readonly key: string;
  readonly message: string;
}

export type TakenApart =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: Problem };

type Sql = { readonly [Key in 'sql' | 'auth']?: Connector[Key] | undefined };
type Fielded = Sql & Pick<Connector, 'fields'>;

/**
 * Submitted values with a pasted connection string put into the fields of its parts, so that both ways of connecting are
 * kept alike: the password apart from the address that it may go to (S1). Nothing may be said twice.
 */
export function takeApart(connector: Fielded, submitted: Readonly<Record<string, unknown>>): TakenApart {
  const { sql } = connector;
  const key = sql?.connection_string;
  if (sql === undefined || key === undefined || !isGiven(submitted[key])) return { ok: true, values: submitted };
  const { [key]: pasted, ...others } = submitted;
  if (typeof pasted !== 'string') return refuse(key, 'must be one line of text.');
  const read = readConnectionString(pasted.trim(), sql.engine);
  if (!read.ok) return refuse(key, read.message);
  const keys = partFields(connector);
  const decided = Object.keys(read.parts).find((part) => !keys.has(part));
  if (decided !== undefined) return refuse(key, `names the ${decided}, which this connector decides. Leave it out.`);
  const values = Object.fromEntries(Object.entries(read.parts).map(([part, value]) => [keys.get(part) ?? part, value]));
  const twice = Object.keys(values).find((each) => isSaid(connector, each, others[each]));
  if (twice === undefined) return { ok: true, values: { ...others, ...values } };
  return {
    ok: false,
    problem: { key: twice, message: `${twice} is given twice: by itself and in ${key}. Say it once.` },
  };
}

/** The fields that hold the parts of a connection string, by part. */
export function partFields({ sql, auth }: Sql): ReadonlyMap<string, string> {
  const templates: Partial<Record<PartName, string | undefined>> = {
    ...(sql?.engine === 'sqlite' ? { file: sql.file } : {}),
    ...(sql === undefined || sql.engine === 'sqlite'
      ? {}
      : { host: sql.host, port: sql.port, database: sql.database, tls: sql.tls }),
    ...(auth?.scheme === 'login' ? { user: auth.user, password: auth.password } : {}),
  };
  const fields = Object.entries(templates).flatMap(([part, text]) => {
    const reference = text === undefined ? undefined : aloneIn(parseTemplate(text));
    return reference?.root === 'field' ? [[part, reference.key] as const] : [];
  });
  return new Map(fields);
}

/** A form sends the defaults it shows along: they say nothing that anybody chose. */
function isSaid({ fields }: Fielded, key: string, value: unknown): boolean {
  const usual = fields.find((field) => field.key === key)?.default;
  return isGiven(value) && (usual === undefined || String(value) !== String(usual));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function refuse(key: string, what: string): TakenApart {
  return { ok: false, problem: { key, message: `${key} ${what}` } };
}
