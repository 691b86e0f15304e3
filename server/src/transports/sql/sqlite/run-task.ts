import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { isRecord, type Json } from '../../../lib/json.ts';
import { keepRows } from '../keep-rows.ts';
import { readBytes, readFloat } from '../read-values.ts';
import type { SqlAnswer } from '../work.ts';
import { authorize } from './authorize.ts';

/** One statement for one file. */
export interface SqliteTask {
  /** A real path, already checked. */
  readonly path: string;
  readonly text: string;
  readonly params: readonly Json[];
  readonly readOnly: boolean;
  readonly maxRows: number;
}

/** What the statement brought, or what SQLite said with its result code (SQLite, "Result and Error Codes"). */
export type SqliteReply =
  | { readonly answer: SqlAnswer }
  | { readonly problem: { readonly message: string; readonly code: number } };

/** Milliseconds to wait for whoever else writes the file. */
const busyTimeout = 5_000;
/** Bytes. */
const mostMemory = 128 * 1024 * 1024;
/** Bytes of one value, or of one row. */
const longest = 16 * 1024 * 1024;

/** `SQLITE_READONLY_RECOVERY` and `SQLITE_READONLY_ROLLBACK`: a write was cut off, and nobody has undone it yet. */
const unfinished: ReadonlySet<number> = new Set([264, 776]);

/**
 * Opens the file, runs the statement and closes it again; never throws what SQLite says. Where a write was cut off before,
 * what it left is undone first, as by whoever opens such a file to write.
 */
export function runTask(task: SqliteTask): SqliteReply {
  const reply = attempt(task);
  if (!('problem' in reply) || !task.readOnly || !unfinished.has(reply.problem.code)) return reply;
  attempt({ ...task, readOnly: false, text: 'select count(*) from sqlite_schema', params: [] });
  return attempt(task);
}

function attempt(task: SqliteTask): SqliteReply {
  const { path, readOnly } = task;
  const limits = { length: longest, sqlLength: longest, attach: 0 };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly, allowExtension: false, timeout: busyTimeout, limits });
    db.exec(`pragma hard_heap_limit=${mostMemory}; pragma temp_store=memory; pragma trusted_schema=off`);
    db.setAuthorizer(authorize);
    return { answer: ask(db, task) };
  } catch (error) {
    return { problem: problemOf(error) };
  } finally {
    db?.close();
  }
}

function ask(db: DatabaseSync, { text, params, maxRows, readOnly }: SqliteTask): SqlAnswer {
  const statement = db.prepare(text, { readBigInts: true, returnArrays: true });
  // SQLite compiles the first statement and passes over the rest without a word.
  if (!isBlank(text.slice(statement.sourceSQL.length))) throw new Error('One statement at a time.');
  const values = params.map(bindable);
  const names = statement.columns().map(({ name }) => name);
  if (names.length === 0) return change(statement, values);
  const rows = keepRows(names, maxRows);
  // A statement that returns what it changed has to come to its end.
  for (const row of statement.iterate(...values)) if (!rows.add(Object.values(row).map(readValue)) && readOnly) break;
  return rows.answer({ affected: readOnly ? undefined : changesIn(db) });
}

function change(statement: StatementSync, values: readonly SQLInputValue[]): SqlAnswer {
  const { changes, lastInsertRowid } = statement.run(...values);
  const insertId = Number(lastInsertRowid) === 0 ? {} : { insertId: String(lastInsertRowid) };
  return { columns: [], rows: [], cut: undefined, affected: Number(changes), ...insertId };
}

function changesIn(db: DatabaseSync): number {
  return Number(db.prepare('select total_changes() as changes').get()?.['changes']);
}

function isBlank(rest: string): boolean {
  return rest.replace(/--[^\n]*|\/\*[\s\S]*?(\*\/|$)/g, '').replace(/[\s;]+/g, '') === '';
}

/** Whole numbers are bound as such; lists and objects as JSON text; true and false as SQLite has them. */
function bindable(value: Json): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

function readValue(value: unknown): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return readFloat(value);
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? readBytes(value) : null;
}

/** Where the driver itself complains, as about a value that is missing, there is no code: that is an ordinary error. */
function problemOf(error: unknown): { readonly message: string; readonly code: number } {
  const code = isRecord(error) ? error['errcode'] : undefined;
  return { message: error instanceof Error ? error.message : String(error), code: typeof code === 'number' ? code : 1 };
}
