import type { Client, ClientConfig } from 'pg';
import { isRecord, type Json } from '../../../lib/json.ts';
import { keepRows, type RowKeeper } from '../keep-rows.ts';
import { givenUp } from '../sql-fault.ts';
import type { ServerWork, SqlAnswer } from '../work.ts';
import { type BackendKey, cancelPostgres } from './cancel-postgres.ts';
import { dialPostgres, type PostgresLine } from './dial-postgres.ts';
import { readPostgresError } from './read-postgres-error.ts';
import { typeParser } from './postgres-types.ts';

/**
 * Runs one statement in a connection of its own, which is closed afterwards. A read runs in a read-only transaction of a
 * session whose transactions are read-only, by the extended protocol, which takes one statement and no more (S5).
 */
export async function runPostgres(work: ServerWork): Promise<SqlAnswer> {
  const pg = await import('pg');
  const line = await dialPostgres(work);
  const client = new pg.Client(configOf(work, line));
  let sent = false;
  let key: BackendKey | undefined;
  client.on('error', () => undefined);
  client.connection.once('backendKeyData', (given: BackendKey) => (key = given));
  const cancel = (): void => void (key !== undefined && sent && cancelPostgres(work, key));
  work.signal.addEventListener('abort', cancel, { once: true });
  try {
    await client.connect();
    if (work.statement.effect === 'read') await client.query('begin transaction read only');
    sent = true;
    return await ask(pg, client, work);
  } catch (error) {
    if (work.signal.aborted) throw givenUp(work.signal, { ...work.statement, sent });
    throw line.fault() ?? readPostgresError(error, { place: work.place, sent });
  } finally {
    work.signal.removeEventListener('abort', cancel);
    line.close();
  }
}

/** Nothing is left to the environment: `PGPASSWORD` and its like are the operator's, and this server is not. */
function configOf({ place, login, statement }: ServerWork, { stream }: PostgresLine): ClientConfig {
  const { effect, timeoutMs } = statement;
  const settings = ['datestyle=ISO', 'intervalstyle=iso_8601', 'bytea_output=hex'];
  if (effect === 'read') settings.push('default_transaction_read_only=on');
  return {
    host: place.host,
    port: place.port,
    user: login.user,
    password: () => login.password.reveal(),
    database: place.database ?? login.user,
    stream: () => adopted(stream),
    ssl: false,
    sslnegotiation: 'postgres',
    application_name: 'plugboard',
    options: settings.map((setting) => `-c ${setting}`).join(' '),
    statement_timeout: serverTimeout(timeoutMs),
  };
}

/** The server gives up a little before we do, so that its answer can still be read: what it cancels, it undoes. */
function serverTimeout(timeoutMs: number): number {
  return Math.max(Math.ceil(timeoutMs / 2), timeoutMs - 1_000);
}

/** The driver asks its stream to connect: this one is connected, and stays where the guard let it go (S24). */
function adopted(stream: PostgresLine['stream']): PostgresLine['stream'] {
  const connect = (): PostgresLine['stream'] => {
    process.nextTick(() => stream.emit('connect'));
    return stream;
  };
  return Object.defineProperty(stream, 'connect', { value: connect });
}

/** The object id of `text[]`. */
const textArray: number = 1009;

function ask(pg: typeof import('pg'), client: Client, { statement }: ServerWork): Promise<SqlAnswer> {
  const { text, params, effect, maxRows } = statement;
  const isRead = effect === 'read';
  // A read stops at the server once there are enough rows; a write has to come to its end, or it never happened.
  const paging = isRead ? { rows: maxRows + 1 } : {};
  const types = { getTypeParser: typeParser(pg.types.getTypeParser(textArray)) };
  const asked = { text, values: [...params], rowMode: 'array', queryMode: 'extended', types, ...paging };
  const query = new pg.Query(asked);
  return new Promise((resolve, reject) => {
    let rows: RowKeeper | undefined;
    query.on('row', (row, result) => {
      rows ??= keepRows(namesOf(result), maxRows);
      if (!rows.add(valuesOf(row)) && isRead) resolve(rows.answer());
    });
    query.on('error', reject);
    query.on('end', (result) => {
      rows ??= keepRows(namesOf(result), maxRows);
      resolve(rows.answer({ affected: changed(result) }));
    });
    client.query(query);
  });
}

/** Outside data: the driver's types say less than it gives. */
function namesOf(result: unknown): string[] {
  const fields: unknown = isRecord(result) ? result['fields'] : undefined;
  return Array.isArray(fields) ? fields.map((field) => (isRecord(field) ? String(field['name']) : '')) : [];
}

function valuesOf(row: unknown): readonly Json[] {
  return Array.isArray(row) ? row : [];
}

/** `SELECT` tells how many rows it brought, which changes none. */
function changed(result: unknown): number | undefined {
  if (!isRecord(result) || result['command'] === 'SELECT') return undefined;
  const count = result['rowCount'];
  return typeof count === 'number' ? count : undefined;
}
