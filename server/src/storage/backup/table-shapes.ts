import { type Kysely, sql } from 'kysely';
import { guardName } from '../migrations/guard-boxes.ts';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';

/** What a column holds, whichever engine keeps it. Truth values count as numbers: 0 or 1. */
export type ColumnKind = 'text' | 'number' | 'truth' | 'moment' | 'bytes';

export interface ColumnShape {
  readonly name: string;
  readonly kind: ColumnKind;
}

export interface TableShape {
  readonly name: string;
  readonly columns: readonly ColumnShape[];
}

/** What is of a running process alone. */
const passing: ReadonlySet<string> = new Set(['running_processes']);

/** Every table of an installation, each behind those it points to. */
export async function tableShapes(db: Kysely<Tables>, engine: Engine): Promise<readonly TableShape[]> {
  const found = await db.introspection.getTables();
  const tables = found.filter(({ name, isView, schema }) => !isView && !passing.has(name) && isOurs(schema));
  const shapes = tables.map(({ name, columns }) => ({
    name,
    columns: columns.map((column) => ({ name: column.name, kind: kindOf(column.dataType) })),
  }));
  return inOrder(shapes, await pointers(db, engine, shapes));
}

function isOurs(schema: string | undefined): boolean {
  return schema === undefined || schema === 'public';
}

/** The types that the migrations use, on either engine. */
const kinds: ReadonlyMap<string, ColumnKind> = new Map([
  ['text', 'text'],
  ['varchar', 'text'],
  ['integer', 'number'],
  ['bigint', 'number'],
  ['real', 'number'],
  ['double precision', 'number'],
  ['int4', 'number'],
  ['int8', 'number'],
  ['float4', 'number'],
  ['float8', 'number'],
  ['bool', 'truth'],
  ['date', 'moment'],
  ['timestamptz', 'moment'],
  ['blob', 'bytes'],
  ['bytea', 'bytes'],
]);

function kindOf(dataType: string): ColumnKind {
  const kind = kinds.get(dataType.toLowerCase());
  if (kind === undefined) throw new Error(`A backup does not know columns of the type ${dataType}.`);
  return kind;
}

type Pointer = { readonly table: string; readonly target: string };

/** Foreign keys, and boxes: each names a data key, which has to be there first. */
async function pointers(
  db: Kysely<Tables>,
  engine: Engine,
  shapes: readonly TableShape[],
): Promise<readonly Pointer[]> {
  const guarded = (await guardedTables(db, engine)).map((table) => ({ table, target: 'data_keys' }));
  return [...(await foreignKeys(db, engine, shapes)), ...guarded];
}

async function guardedTables(db: Kysely<Tables>, engine: Engine): Promise<readonly string[]> {
  const { rows } =
    engine === 'postgres'
      ? await sql<{ name: string }>`
          select distinct relname as name from pg_trigger join pg_class on pg_class.oid = tgrelid
          where starts_with(tgname, ${guardName})`.execute(db)
      : await sql<{ name: string }>`
          select distinct tbl_name as name from sqlite_schema
          where type = 'trigger' and substr(name, 1, ${guardName.length}) = ${guardName}`.execute(db);
  return rows.map(({ name }) => name);
}

async function foreignKeys(
  db: Kysely<Tables>,
  engine: Engine,
  shapes: readonly TableShape[],
): Promise<readonly Pointer[]> {
  if (engine === 'postgres') {
    const { rows } = await sql<Pointer>`
      select source.relname as "table", target.relname as target from pg_constraint
      join pg_class source on source.oid = conrelid join pg_class target on target.oid = confrelid
      where contype = 'f'`.execute(db);
    return rows;
  }
  const found: Pointer[] = [];
  for (const { name } of shapes) {
    const { rows } = await sql<Pointer>`
      select ${name} as "table", "table" as target from pragma_foreign_key_list(${name})`.execute(db);
    found.push(...rows);
  }
  return found;
}

/** Those that point to nothing more come first. */
function inOrder(shapes: readonly TableShape[], pointers: readonly Pointer[]): readonly TableShape[] {
  const sorted: TableShape[] = [];
  const done = new Set<string>();
  const waits = ({ name }: TableShape) =>
    pointers.some(({ table, target }) => table === name && target !== name && !done.has(target));
  let waiting = [...shapes].sort((one, other) => one.name.localeCompare(other.name));
  while (waiting.length > 0) {
    const ready = waiting.filter((shape) => !waits(shape));
    if (ready.length === 0) throw new Error('Tables point to each other in a circle, which a backup cannot follow.');
    sorted.push(...ready);
    for (const { name } of ready) done.add(name);
    waiting = waiting.filter(({ name }) => !done.has(name));
  }
  return sorted;
}
