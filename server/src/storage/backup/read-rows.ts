import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import type { TableShape } from './table-shapes.ts';
import { type SavedValue, saveValue } from './values.ts';

const atOnce = 500;

type Row = Readonly<Record<string, unknown>>;

/** The rows of a table as a backup holds them, some at a time. Inside one transaction, so that all tables are of one moment. */
export async function* readRows(
  db: Kysely<Tables>,
  engine: Engine,
  table: TableShape,
): AsyncGenerator<readonly SavedValue[]> {
  const batches = engine === 'postgres' ? byCursor(db, table) : byRowId(db, table);
  for await (const rows of batches)
    for (const row of rows) yield table.columns.map(({ name, kind }) => saveValue(row[name], kind));
}

async function* byRowId(db: Kysely<Tables>, { name }: TableShape): AsyncGenerator<readonly Row[]> {
  let last = 0;
  for (;;) {
    const { rows } = await sql<Row & { readonly backup_row: number }>`
      select rowid as backup_row, * from ${sql.table(name)}
      where rowid > ${last} order by rowid limit ${sql.lit(atOnce)}`.execute(db);
    yield rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < atOnce) return;
    last = end.backup_row;
  }
}

async function* byCursor(db: Kysely<Tables>, { name }: TableShape): AsyncGenerator<readonly Row[]> {
  await sql`declare backup_rows no scroll cursor for select * from ${sql.table(name)}`.execute(db);
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(atOnce)} from backup_rows`.execute(db);
    yield rows;
    if (rows.length < atOnce) break;
  }
  await sql`close backup_rows`.execute(db);
}
