import type { ColumnDefinitionBuilder, CreateTableBuilder, Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../schema.ts';

type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

/** A column that always has a value. */
export const required: Column = (column) => column.notNull();

/** The column that names a row by itself. */
export const key: Column = (column) => column.notNull().primaryKey();

/** A column that points to a row by its id, and whose row goes with that one. */
export function pointsTo(table: string): Column {
  return (column) => column.notNull().references(`${table}.id`).onDelete('cascade');
}

/** A number that starts somewhere: flags at 0, generations at 1. */
export function startsAt(value: number): Column {
  return (column) => column.notNull().defaultTo(value);
}

/** The condition that a column holds one of these words, or nothing. */
export function oneOf(column: string, words: readonly string[]): RawBuilder<boolean> {
  return sql`${sql.ref(column)} in (${sql.join(words.map((word) => sql.lit(word)))})`;
}

/** A table of rows of workspaces, which go with their workspace (S21). */
export function workspaceTable<Name extends string>(
  db: Kysely<Tables>,
  name: Name,
): CreateTableBuilder<Name, 'workspace_id'> {
  return db.schema.createTable(name).addColumn('workspace_id', 'text', pointsTo('workspaces'));
}

/** A table of rows of workspaces that have an id; others point to them with both (S21). */
export function workspaceRows<Name extends string>(
  db: Kysely<Tables>,
  name: Name,
): CreateTableBuilder<Name, 'id' | 'workspace_id'> {
  return workspaceTable(db, name)
    .addColumn('id', 'text', required)
    .addPrimaryKeyConstraint(`${name}_key`, ['workspace_id', 'id']);
}
