import { appendFileSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { UsageError } from '../show-error.ts';
import { fieldsOf, type NangoConnection, textOf } from './nango-connection.ts';

/** What became of a connection. `needs_reconnecting`: it is there, and its provider does not take its credentials. */
export const outcomes = [
  'imported',
  'needs_reconnecting',
  'already_there',
  'would_import',
  'unknown_provider',
  'failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** A line of the report. Never a secret. */
export interface Line {
  readonly outcome: Outcome;
  readonly connector?: string | undefined;
  /** The id it has here. */
  readonly connectionId?: string | undefined;
  /** Why, in a sentence. */
  readonly reason?: string | undefined;
  /** Keys of metadata that could not be kept. */
  readonly leftOut?: readonly string[] | undefined;
}

/** A file with a line of JSON for each connection, written as it is known, so that nothing is forgotten where it is cut off. */
export interface Report {
  write(connection: NangoConnection, line: Line): void;
  /** Whether an earlier run brought this one over. */
  isDone(connection: NangoConnection): boolean;
}

/** Opens the report; with `resume` it goes on with the one that is there. Throws `UsageError` where one is there already, or cannot be written. */
export function openReport(file: string, { resume }: { readonly resume: boolean }): Report {
  const done = resume ? readDone(file) : new Set<string>();
  create(file, resume);
  return {
    isDone: (connection) => done.has(placeOf(connection)),
    write: (connection, line) => appendFileSync(file, `${JSON.stringify(shown(connection, line))}\n`),
  };
}

/** A report that nobody keeps. */
export function noReport(): Report {
  return { isDone: () => false, write: () => undefined };
}

function create(file: string, resume: boolean): void {
  try {
    closeSync(openSync(file, resume ? 'a' : 'ax', 0o600));
  } catch (cause) {
    const isThere = existsSync(file) && !resume;
    const why = isThere
      ? `There is a report already: ${file}. Go on with it by --resume, or name another one with --report.`
      : `The report cannot be written to ${file}. Name another place with --report.`;
    throw new UsageError(why, { cause });
  }
}

const settled: ReadonlySet<unknown> = new Set(['imported', 'needs_reconnecting', 'already_there']);

/** What a line that was cut off was about is asked for again. */
function readDone(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set();
  const lines = readFileSync(file, 'utf8').split('\n').map(parseLine);
  const done = lines.filter(({ outcome }) => settled.has(outcome));
  return new Set(
    done.map(({ nango_connection_id: connectionId, nango_provider_config_key: providerConfigKey }) =>
      placeOf({ connectionId: textOf(connectionId) ?? '', providerConfigKey: textOf(providerConfigKey) ?? '' }),
    ),
  );
}

function parseLine(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function placeOf({ connectionId, providerConfigKey }: Pick<NangoConnection, 'connectionId' | 'providerConfigKey'>) {
  return JSON.stringify([connectionId, providerConfigKey]);
}

function shown({ connectionId: id, providerConfigKey: key, provider, endUser }: NangoConnection, line: Line) {
  return {
    nango_connection_id: id,
    nango_provider_config_key: key,
    provider,
    end_user: endUser.id,
    outcome: line.outcome,
    connector: line.connector ?? null,
    connection_id: line.connectionId ?? null,
    reason: line.reason ?? null,
    ...(line.leftOut?.length ? { metadata_left_out: line.leftOut } : {}),
  };
}
