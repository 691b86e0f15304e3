import type { Connection, PrepareStatementInfo } from 'mysql2';
import { isRecord, type Json } from '../../../lib/json.ts';
import { keepRows, type RowKeeper } from '../keep-rows.ts';
import { givenUp, SqlFault } from '../sql-fault.ts';
import type { ServerWork, SqlAnswer, Statement } from '../work.ts';
import { cancelMysql } from './cancel-mysql.ts';
import { connectMysql, type MysqlLine } from './connect-mysql.ts';
import { bindable, type Column, readMysqlValue } from './mysql-values.ts';
import { readMysqlError } from './read-mysql-error.ts';

/**
 * Runs one statement in a connection of its own, which is closed afterwards. A read runs in a read-only transaction of a
 * session that is read-only; every statement is a prepared one, which is one statement and no more (S5).
 */
export async function runMysql(work: ServerWork): Promise<SqlAnswer> {
  let line: MysqlLine | undefined;
  let sent = false;
  const cancel = (): void => void (line !== undefined && sent && cancelMysql(work, line.connection.threadId));
  work.signal.addEventListener('abort', cancel, { once: true });
  try {
    line = await connectMysql(work);
    for (const setting of settingsFor(work.statement)) await say(line.connection, setting);
    return await ask(line.connection, work.statement, () => (sent = true));
  } catch (error) {
    if (work.signal.aborted) throw givenUp(work.signal, { ...work.statement, sent });
    throw line?.fault() ?? readMysqlError(error, { place: work.place, sent });
  } finally {
    work.signal.removeEventListener('abort', cancel);
    line?.connection.destroy();
    line?.close();
  }
}

/** MySQL and MariaDB call the time limit differently: each runs the comment that is meant for it. */
function settingsFor({ effect, timeoutMs }: Statement): readonly string[] {
  const limit = Math.max(Math.ceil(timeoutMs / 2), timeoutMs - 1_000);
  const limits = `/*!50708 , max_execution_time=${limit} */ /*M!100101 , max_statement_time=${limit / 1_000} */`;
  const session = `SET SESSION net_write_timeout=60 ${limits}`;
  return effect === 'read' ? [session, 'SET SESSION TRANSACTION READ ONLY', 'START TRANSACTION READ ONLY'] : [session];
}

function say(connection: Connection, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(statement, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Tells when the statement itself is about to be sent: until then it was only prepared. */
async function ask(connection: Connection, statement: Statement, onSend: () => void): Promise<SqlAnswer> {
  const { text, params, effect, maxRows } = statement;
  const values = await Promise.all(params.map(bindable));
  const prepared = await prepare(connection, text);
  refuseMiscounted(prepared, values.length);
  return new Promise((resolve, reject) => {
    let columns: readonly Column[] = [];
    let rows: RowKeeper | undefined;
    let changed: Changed = {};
    // A called procedure may bring several lists of rows: the first one is the answer.
    let lists = 0;
    onSend();
    const asked = prepared.execute(values);
    asked.on('fields', (given: unknown) => {
      if (!Array.isArray(given) || (lists += 1) > 1) return;
      columns = given.filter(isRecord).map(columnOf);
      rows = keepRows(
        columns.map(({ name }) => name),
        maxRows,
      );
    });
    asked.on('result', (result: unknown) => {
      if (!Array.isArray(result)) changed = changedBy(result);
      else if (lists === 1 && rows?.add(readRow(result, columns)) === false && effect === 'read')
        resolve(rows.answer());
    });
    asked.on('error', reject);
    connection.once('error', reject);
    asked.on('end', () => resolve((rows ?? keepRows([], 0)).answer(changed)));
  });
}

function prepare(connection: Connection, text: string): Promise<PrepareStatementInfo> {
  return new Promise((resolve, reject) => {
    connection.prepare(text, (error, prepared) => (error === null ? resolve(prepared) : reject(error)));
  });
}

/** The protocol has no word against values too many. */
function refuseMiscounted(prepared: unknown, given: number): void {
  const asked = isRecord(prepared) && Array.isArray(prepared['parameters']) ? prepared['parameters'].length : given;
  if (asked === given) return;
  throw new SqlFault(
    'input',
    `The statement has ${asked} placeholders, and ${given} values are given. Give one for each ?.`,
  );
}

function columnOf({ name, columnType, characterSet, extendedFormat }: Record<string, unknown>): Column {
  return {
    name: String(name),
    type: Number(columnType),
    isBinary: characterSet === 63,
    isJson: extendedFormat === 'json',
  };
}

function readRow(row: readonly unknown[], columns: readonly Column[]): readonly Json[] {
  return columns.map((column, index) => readMysqlValue(row[index], column));
}

type Changed = Pick<SqlAnswer, 'affected' | 'insertId'>;

function changedBy(result: unknown): Changed {
  if (!isRecord(result)) return {};
  const { affectedRows, insertId } = result;
  return {
    affected: typeof affectedRows === 'number' ? affectedRows : undefined,
    insertId: insertId === 0 || insertId === undefined || insertId === null ? undefined : String(insertId),
  };
}
