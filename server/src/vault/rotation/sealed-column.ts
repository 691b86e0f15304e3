import { type ExpressionBuilder, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../storage/schema.ts';
import type { Engine, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Box, Slot } from '../vault.ts';

/** A sealed value where it lies. */
export interface SealedRow {
  readonly slot: Slot;
  readonly box: Box;
  /** What names its row in the table, beside its workspace. */
  readonly names: Readonly<Record<string, string>>;
}

/** A place where boxes lie. Rotating the keys finds them there, and puts others in their place. */
export interface SealedColumn {
  /** `grants.box` */
  readonly name: string;
  /** Some boxes of the workspace that name one of these data keys and may be sealed anew now. */
  list(db: WorkspaceRows, wish: ListWish): Promise<readonly SealedRow[]>;
  /** How many name one of these data keys, whether or not they may be sealed anew now; it counts no further than this. */
  count(db: WorkspaceRows, keyIds: readonly string[], most: number): Promise<number>;
  /** How many are taken at a time. */
  readonly atOnce: number;
  /**
   * Puts boxes in the place of others, each if that is still there: what was sealed meanwhile is newer. Rows that somebody else
   * is changing are left alone, so that nobody waits for each other. Answers how many were changed.
   */
  swap(trx: WorkspaceTrx, pairs: readonly Resealed[], engine: Engine): Promise<number>;
}

/** A sealed value, and the box that is to lie in its place. */
export interface Resealed {
  readonly row: SealedRow;
  readonly next: Box;
}

export interface ListWish {
  readonly keyIds: readonly string[];
  readonly limit: number;
  /** ISO 8601. */
  readonly now: string;
}

type TableName = keyof Tables & string;
type ColumnName<Table extends TableName> = keyof Tables[Table] & string;

/** What a room says of a column of its own. */
interface Definition<Table extends TableName> {
  readonly table: Table;
  /** A column that has to be guarded by its migration (`guardBoxes`). */
  readonly column: ColumnName<Table>;
  /** The columns that name a row, beside its workspace: texts. */
  readonly key: readonly ColumnName<Table>[];
  /** Further columns that the slot is made of. */
  readonly further?: readonly ColumnName<Table>[];
  /** The slot of a row of the workspace, which is asked for its columns as texts. */
  readonly slotOf: (workspaceId: string, read: (column: ColumnName<Table>) => string) => Slot;
  /**
   * A column with a time (ISO 8601) before which a box is left alone, because somebody compares it with what they have read;
   * unless another column says that there is nobody.
   */
  readonly rests?: { readonly until: ColumnName<Table>; readonly unless: readonly [ColumnName<Table>, is: string] };
  /** Whether boxes can be as long as an answer. */
  readonly isLong?: true;
}

/** A column of boxes, as data: a rotation reads and writes all of them alike. */
export function sealedColumn<Table extends TableName>(definition: Definition<Table>): SealedColumn {
  return anyColumn(definition);
}

/** The same of whatever table: which columns there are has been checked where the column was described. */
interface AnyDefinition {
  readonly table: string;
  readonly column: string;
  readonly key: readonly string[];
  readonly further?: readonly string[];
  readonly slotOf: (workspaceId: string, read: (column: string) => string) => Slot;
  readonly rests?: { readonly until: string; readonly unless: readonly [string, is: string] };
  readonly isLong?: true;
}

const atOnce = 50;
const longAtOnce = 4;

function anyColumn(definition: AnyDefinition): SealedColumn {
  const { table, column, key, further = [], rests, slotOf, isLong } = definition;
  const isNamed = (keyIds: readonly string[]) => sql<boolean>`${keyIn(column)} in (${sql.join(keyIds)})`;
  const columns = [...new Set([column, ...key, ...further])];
  return {
    name: `${table}.${column}`,
    atOnce: isLong ? longAtOnce : atOnce,
    async list(db, { keyIds, limit, now }) {
      const named = anyTable(db).selectFrom(table).select(columns).where(isNamed(keyIds)).limit(limit);
      const rows = await (
        rests === undefined
          ? named
          : named.where(({ or, eb }) => or([eb(rests.until, '<=', now), eb(rests.unless[0], '=', rests.unless[1])]))
      ).execute();
      return rows.map((row) => {
        const read = (name: string) => String(row[name] ?? '');
        const names = Object.fromEntries(key.map((name) => [name, read(name)]));
        return { box: read(column), names, slot: slotOf(db.workspaceId, read) };
      });
    },
    async count(db, keyIds, most) {
      const some = anyTable(db)
        .selectFrom(table)
        .select([...key])
        .where(isNamed(keyIds))
        .limit(most);
      return (await some.execute()).length;
    },
    async swap(trx, pairs, engine) {
      const own = { trx, table, columns: [column, ...key] } as const;
      const free = engine === 'postgres' ? await lockFree(own, pairs) : pairs;
      return free.length === 0 ? 0 : replace(own, free);
    },
  };
}

interface Own {
  readonly trx: WorkspaceTrx;
  readonly table: string;
  /** That of the boxes first, then those that name a row. */
  readonly columns: readonly [string, ...string[]];
}

async function replace(own: Own, pairs: readonly Resealed[]): Promise<number> {
  const { trx, table, columns } = own;
  const update = anyTable(trx)
    .updateTable(table)
    .from(givenRows(own, pairs))
    .set((eb) => ({ [columns[0]]: eb.ref('given.column1') }))
    .where(isGiven(own));
  return Number((await update.executeTakeFirst()).numUpdatedRows);
}

/** Locks those that nobody else has locked. */
async function lockFree(own: Own, pairs: readonly Resealed[]): Promise<readonly Resealed[]> {
  const { trx, table, columns } = own;
  const rows = await anyTable(trx)
    .selectFrom([table, givenRows(own, pairs)])
    .select(`${table}.${columns[0]} as box`)
    .where(isGiven(own))
    .forUpdate(table)
    .skipLocked()
    .execute();
  const free = new Set(rows.map(({ box }) => box));
  return pairs.filter(({ row }) => free.has(row.box));
}

/** The new box, the one that it replaces, and what names its row. */
function givenRows({ columns: [, ...key] }: Own, pairs: readonly Resealed[]) {
  const rows = pairs.map(({ row, next }) => sql`(${sql.join([next, row.box, ...key.map((name) => row.names[name])])})`);
  return sql<Record<string, string>>`(values ${sql.join(rows)})`.as('given');
}

function isGiven({ table, columns }: Own) {
  return ({ and, eb, ref }: ExpressionBuilder<AnyTables, string>) =>
    and(columns.map((name, at) => eb(`${table}.${name}`, '=', ref(`given.column${at + 2}`))));
}

type AnyTables = Record<string, Record<string, string | number | null>>;

function anyTable({ rows }: WorkspaceRows) {
  return rows.$omitTables<keyof Tables>().$extendTables<AnyTables>();
}

/** As the index of the column has it, to the letter: `pb1.<data key id>.…` */
function keyIn(column: string): RawBuilder<string> {
  return sql`substr(${sql.ref(column)}, 5, 36)`;
}
