import { sql, type Transaction } from 'kysely';
import type { Tables } from '../../schema.ts';
import type { RowTaker, SavedTable } from './read-backup.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../violations.ts';
import type { ColumnKind, TableShape } from '../table-shapes.ts';
import { restoreValue, type SavedValue } from '../values.ts';

/** Parameters a statement: SQLite takes 32,766. */
const mostParameters = 20_000;
const mostRows = 500;

/** Puts the rows of a backup into the tables of these shapes, many a statement. */
export function loadRows(trx: Transaction<Tables>, shapes: readonly TableShape[]): RowTaker {
  let table: SavedTable = { name: '', columns: [] };
  let kinds: readonly ColumnKind[] = [];
  let waiting: (readonly SavedValue[])[] = [];

  async function flush(): Promise<void> {
    if (waiting.length === 0) return;
    const columns = sql.join(table.columns.map((name) => sql.ref(name)));
    const rows = waiting.map(
      (row) => sql`(${sql.join(row.map((value, at) => restoreValue(value, kinds[at] ?? 'text')))})`,
    );
    waiting = [];
    const insert = sql`insert into ${sql.table(table.name)} (${columns}) values ${sql.join(rows)}`;
    await insert.execute(trx).catch((error: unknown) => explain(error, table.name));
  }

  return {
    async begin(begun) {
      table = begun;
      kinds = kindsOf(shapes, begun);
    },
    async take(row) {
      if (row.length !== kinds.length)
        throw new Error(`The backup is damaged: a row of ${table.name} has another length.`);
      waiting.push(row);
      if (waiting.length >= Math.min(mostRows, Math.floor(mostParameters / Math.max(1, kinds.length)))) await flush();
    },
    end: flush,
  };
}

function kindsOf(shapes: readonly TableShape[], { name, columns }: SavedTable): readonly ColumnKind[] {
  const shape = shapes.find((one) => one.name === name);
  return columns.map((column) => {
    const kind = shape?.columns.find((one) => one.name === column)?.kind;
    if (kind === undefined) throw new Error(`The backup has a column ${name}.${column} that its schema has not.`);
    return kind;
  });
}

function explain(cause: unknown, table: string): never {
  if (!isUniqueViolation(cause) && !isForeignKeyViolation(cause)) throw cause;
  throw new Error(`The backup is damaged: rows of ${table} contradict each other. Nothing was restored.`, { cause });
}
