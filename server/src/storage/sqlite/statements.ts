import type { CompiledQuery, QueryResult } from 'kysely';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

/** Runs queries on one SQLite connection; each runs to its end at once. */
export interface Statements {
  run<Row>(query: CompiledQuery): QueryResult<Row>;
  /** One row after the other, on a statement of its own. */
  stream<Row>(query: CompiledQuery): IterableIterator<Row>;
}

const keptStatements = 500;

/** The statements of a connection: the ones used last stay prepared. */
export function openStatements(database: DatabaseSync, limit = keptStatements): Statements {
  const prepared = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql) ?? newStatement(sql);
    prepared.delete(sql);
    prepared.set(sql, known);
    return known;
  }

  function newStatement(sql: string): Prepared {
    const statement = database.prepare(sql);
    for (const oldest of prepared.keys()) {
      if (prepared.size < limit) break;
      prepared.delete(oldest);
    }
    return { statement, returnsRows: statement.columns().length > 0 };
  }

  return {
    run<Row>(query: CompiledQuery): QueryResult<Row> {
      const { statement, returnsRows } = prepare(query.sql);
      const parameters = query.parameters.map(toSqlite);
      if (returnsRows) return { rows: plainRows<Row>(statement.all(...parameters)) };
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
    },
    *stream<Row>(query: CompiledQuery): IterableIterator<Row> {
      for (const row of database.prepare(query.sql).iterate(...query.parameters.map(toSqlite))) {
        yield* plainRows<Row>([row]);
      }
    },
  };
}

/** SQLite knows no truth values and no times; they are stored as 0 or 1 and as ISO 8601 text. */
function toSqlite(value: unknown): SQLInputValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Date) return value.toISOString();
  throw new TypeError(`A column takes text, numbers, bytes and times, not ${typeof value}: write JSON as text.`);
}

/** Objects like any other: those of node:sqlite have no prototype. */
function plainRows<Row>(found: readonly object[]): Row[] {
  const rows: Row[] = [];
  for (const one of found) {
    const row: unknown = { ...one };
    if (isRow<Row>(row)) rows.push(row);
  }
  return rows;
}

/** Kysely derives the type of a row from its query; at run time there is nothing to compare it with. */
function isRow<Row>(row: unknown): row is Row {
  return typeof row === 'object';
}
