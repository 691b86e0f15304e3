import type { Effect } from '../catalog/connector.ts';
import type { DatabasePlace } from '../catalog/databases/database-place.ts';
import { type Egress, EgressError } from '../egress/egress.ts';
import type { Json } from '../lib/json.ts';
import type { Login } from './attachment.ts';
import type { OnAnswer, Outcome } from './outcome.ts';
import { cut } from '../catalog/answers/provider-words.ts';
import { readEgressError } from './read-egress-error.ts';
import type { Redactor } from '../lib/redact.ts';
import { runMysql } from './sql/mysql/run-mysql.ts';
import { runPostgres } from './sql/postgres/run-postgres.ts';
import { showAnswer } from './sql/show-answer.ts';
import { SqlFault } from './sql/sql-fault.ts';
import type { SqliteRunner } from './sql/sqlite/sqlite-runner.ts';
import type { SqlAnswer, Statement } from './sql/work.ts';
import { wrongStatement } from './sql/wrong-statement.ts';

/** One statement for a database. */
export interface SqlCall {
  readonly place: DatabasePlace;
  /** Absent: the database is a file. */
  readonly login: Login | undefined;
  readonly statement: string;
  /** Bound by the database, in order. */
  readonly params: readonly Json[];
  readonly effect: Effect;
  /** Default 200. */
  readonly maxRows?: number | undefined;
  /** For all of it, a second attempt included. Default 30,000. */
  readonly timeoutMs?: number;
  readonly egress: Pick<Egress, 'connect'>;
  readonly sqlite: SqliteRunner;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
  readonly onAnswer?: OnAnswer | undefined;
}

/**
 * Runs one statement in a connection of its own. A read runs where nothing can be changed (S5), and once more where the
 * connection broke; a write is sent once, ever (R2). Whoever leaves, or the time that is over, cancels it on the server.
 */
export async function runSql(call: SqlCall): Promise<Outcome> {
  const { statement: text, params, effect, maxRows = 200, timeoutMs = 30_000, redactor } = call;
  const statement = { text, params, effect, maxRows, timeoutMs };
  const wrong = wrongStatement(statement, call.place.engine);
  if (wrong !== undefined) return { status: 'rejected', reason: 'input', message: wrong };
  try {
    const answer = await attempts(call, statement);
    const output = redactor.value(showAnswer(answer, effect));
    call.onAnswer?.(asAnswer(output));
    return { status: 'ok', output };
  } catch (error) {
    return readFault(error, call);
  }
}

async function attempts(call: SqlCall, statement: Statement): Promise<SqlAnswer> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(statement.timeoutMs)]);
  try {
    return await run(call, statement, signal);
  } catch (error) {
    if (statement.effect === 'write' || signal.aborted || !isBroken(error)) throw error;
    return run(call, statement, signal);
  }
}

/** An engine without its case does not compile. */
function run({ place, login, egress, sqlite }: SqlCall, statement: Statement, signal: AbortSignal): Promise<SqlAnswer> {
  if (place.engine === 'sqlite') return sqlite.run({ file: place.file, statement, signal });
  if (login === undefined)
    throw new SqlFault('auth', 'The connection has no user to sign in with. Submit its values again.');
  const work = { login, statement, egress, signal };
  switch (place.engine) {
    case 'postgres':
      return runPostgres({ ...work, place });
    case 'mysql':
      return runMysql({ ...work, place });
    default:
      return place satisfies never;
  }
}

function isBroken(error: unknown): boolean {
  if (error instanceof EgressError) return error.problem === 'connect' || error.problem === 'broken';
  return error instanceof SqlFault && error.kind === 'lost' && error.sent;
}

/** Seconds after which a database that is full of connections may have room again. */
const busyPause = 5;

function readFault(error: unknown, { effect, redactor }: Pick<SqlCall, 'effect' | 'redactor'>): Outcome {
  if (error instanceof EgressError) return readEgressError(error, { effect, redactor });
  if (!(error instanceof SqlFault)) throw error;
  const { kind, sent } = error;
  const message = cut(redactor.text(kind === 'read_only' ? unchanged(error.message, effect) : error.message));
  if (kind === 'busy') return { status: 'rejected', reason: 'rate_limit', message, retry_after: busyPause };
  if (kind === 'read_only') return { status: 'rejected', reason: 'input', message };
  if (kind !== 'lost' && kind !== 'stopped') return { status: 'rejected', reason: kind, message };
  if (effect === 'write' && sent)
    return { status: 'outcome_unknown', message: `${message} Whether the write took place is not known.` };
  return { status: 'unavailable', message };
}

function unchanged(words: string, effect: Effect): string {
  if (effect === 'read') return `A read may not change anything: ${words}. Use execute for that.`;
  return `This user, or this database, may not be written with: ${words}.`;
}

function asAnswer(output: unknown): Parameters<OnAnswer>[0] {
  const body = Buffer.from(JSON.stringify(output));
  return { status: 200, contentType: 'application/json', body, retryAfter: undefined };
}
