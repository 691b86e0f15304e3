import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';

/** A column that holds boxes, `pb1.<data key id>.…`, in a table of workspaces. */
export interface BoxColumn {
  readonly table: string;
  readonly column: string;
}

/** How the triggers are called that say of a table that its boxes name data keys. */
export const guardName = 'box_key_of_';

/**
 * Has boxes found by the data key they name, and has the database refuse one that names a data key that is not there: what was
 * sealed with a key that has been replaced is never written after that key is gone.
 */
export async function guardBoxes(db: Kysely<Tables>, engine: Engine, place: BoxColumn): Promise<void> {
  const { table, column } = place;
  await db.schema
    .createIndex(`${table}_${column}_key`)
    .on(table)
    .column('workspace_id')
    .expression(keyIn(sql.ref(column)))
    .execute();
  if (engine === 'postgres') await guardPostgres(db, place);
  else await guardSqlite(db, place);
}

/** The id behind `pb1.`, which is as long as every UUID. */
function keyIn(box: ReturnType<typeof sql.ref>) {
  return sql<string>`substr(${box}, 5, 36)`;
}

async function guardSqlite(db: Kysely<Tables>, { table, column }: BoxColumn): Promise<void> {
  const box = sql.ref(`new.${column}`);
  for (const moment of ['insert', 'update'] as const) {
    const name = sql.id(`${guardName}${table}_${column}_${moment}`);
    const when = moment === 'insert' ? sql`insert` : sql`update of ${sql.id(column)}`;
    const changed = moment === 'insert' ? sql`` : sql` and ${box} is not ${sql.ref(`old.${column}`)}`;
    await sql`
      create trigger ${name} before ${when} on ${sql.table(table)}
      when ${box} like 'pb1.%'${changed} and not exists (
        select 1 from data_keys where workspace_id = new.workspace_id and id = ${keyIn(box)}
      )
      begin select raise(abort, ${sql.lit(refusal)}); end`.execute(db);
  }
}

/** As a foreign key does, it holds the data key until the transaction is over: nobody deletes it meanwhile. */
async function guardPostgres(db: Kysely<Tables>, { table, column }: BoxColumn): Promise<void> {
  const box = sql.ref(`new.${column}`);
  const name = sql.id(`${guardName}${table}_${column}`);
  await sql`
    create function ${name}() returns trigger language plpgsql as $guard$
    begin
      perform 1 from data_keys where workspace_id = new.workspace_id and id = ${keyIn(box)} for key share;
      if not found then raise exception ${sql.lit(refusal)}; end if;
      return new;
    end $guard$`.execute(db);
  for (const moment of ['insert', 'update'] as const) {
    const when = moment === 'insert' ? sql`insert` : sql`update of ${sql.id(column)}`;
    const changed = moment === 'insert' ? sql`` : sql` and ${box} is distinct from ${sql.ref(`old.${column}`)}`;
    await sql`
      create trigger ${sql.id(`${guardName}${table}_${column}_${moment}`)} before ${when} on ${sql.table(table)}
      for each row when (${box} like 'pb1.%'${changed}) execute function ${name}()`.execute(db);
  }
}

const refusal = 'A box was sealed with a data key that is gone. Seal it again.';
