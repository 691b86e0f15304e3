import { setTimeout } from 'node:timers/promises';
import type { Client } from 'pg';

/** How a migrated database is before anybody uses it. */
export interface Pristine {
  /** Everything a test could have changed of its schema and settings. */
  readonly schema: string;
  /** The rows of the tables that a migration writes to, as JSON, by their names. */
  readonly filled: Readonly<Record<string, string>>;
}

/** Describes a database that nobody has used. */
export async function describePristine(client: Client): Promise<Pristine> {
  const filled: Record<string, string> = {};
  for (const table of await tablesWithRows(client)) filled[table] = await rowsOf(client, table);
  return { schema: await schemaOf(client), filled };
}

/** Gives a used database the rows it had at first; false where its schema is another, or somebody is still connected to it. */
export async function makePristine(client: Client, { schema, filled }: Pristine): Promise<boolean> {
  if (!(await isAlone(client)) || (await schemaOf(client)) !== schema) return false;
  const others = (await tablesWithRows(client)).filter((table) => !Object.hasOwn(filled, table));
  if (others.length > 0) await client.query(`truncate ${others.join(', ')} restart identity cascade`);
  for (const [table, rows] of Object.entries(filled)) {
    if ((await rowsOf(client, table)) === rows) continue;
    await client.query(`truncate ${table} restart identity`);
    await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [rows]);
  }
  return true;
}

/** Whoever has just closed their connection is still seen for a moment. */
async function isAlone(client: Client): Promise<boolean> {
  for (let tries = 0; tries < 20; tries += 1) {
    const { rows } = await client.query(
      'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    if (rows.length === 0) return true;
    await setTimeout(25);
  }
  return false;
}

/** Tables that have, or had, a row. */
async function tablesWithRows(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query(
    `select quote_ident(relname) as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0 order by 1`,
  );
  return rows.map(({ name }) => String(name));
}

function rowsOf(client: Client, table: string): Promise<string> {
  return one(client, `select coalesce(json_agg(t order by t::text), '[]') #>> '{}' as text from ${table} t`);
}

const ours = `'public'::regnamespace`;
const parts = [
  `select format('%s %s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, attnum)
   from pg_attribute join pg_class c on c.oid = attrelid where relnamespace = ${ours} and attnum > 0`,
  `select format('%s %s', adrelid::regclass, pg_get_expr(adbin, adrelid)) from pg_attrdef join pg_class c on c.oid = adrelid
   where relnamespace = ${ours}`,
  `select indexdef from pg_indexes where schemaname = 'public'`,
  `select format('%s %s %s', tgenabled, tgname, pg_get_triggerdef(oid)) from pg_trigger where not tgisinternal`,
  `select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = ${ours}`,
  `select format('%s %s', proname, prosrc) from pg_proc where pronamespace = ${ours}`,
  `select format('%s %s %s', relname, relkind, relacl) from pg_class where relnamespace = ${ours}`,
  `select format('%s', setconfig) from pg_db_role_setting
   where setdatabase = (select oid from pg_database where datname = current_database())`,
  `select format('%s %s', datconnlimit, datallowconn) from pg_database where datname = current_database()`,
  'select nspname::text from pg_namespace',
];

function schemaOf(client: Client): Promise<string> {
  const all = parts.map((part) => `(${part})`).join(' union all ');
  return one(client, `select md5(string_agg(line, E'\\n' order by line)) as text from (${all}) as all_of_it(line)`);
}

async function one(client: Client, query: string): Promise<string> {
  const { rows } = await client.query(query);
  return String(rows[0]?.text);
}
