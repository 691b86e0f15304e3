import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Expression, type ExpressionBuilder, sql, type SqlBool } from 'kysely';
import type { Pseudonyms } from '../../events/chain/pseudonyms.ts';
import type { Tables } from '../../storage/schema.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';

/** Somebody who is to be forgotten: ids and e-mail addresses in lower case, and the pseudonyms that take their place. */
export interface Forgotten {
  readonly identities: ReadonlySet<string>;
  readonly people: Pseudonyms;
  /** The id that no record comes before which can name them. Default: any may. */
  readonly from?: string | undefined;
}

/** Records that are looked through at once. */
const lookedThrough = 5_000;
const atOnce = 500;

/**
 * Puts somebody's pseudonym wherever an event names them; the audit chain still holds. Answers how many events name them by it
 * afterwards, so that doing it again comes to the same.
 */
export async function eraseFromEvents(db: WorkspaceDb, forgotten: Forgotten): Promise<number> {
  const columns = ['actor', 'user_id', 'subject', 'data'] as const;
  const log = db.rows.selectFrom('events');
  return eachBatch(forgotten, {
    end: async (after) =>
      (await log.select('id').where('id', '>', after).orderBy('id').limit(1).offset(lookedThrough).executeTakeFirst())
        ?.id,
    read: (after, end) =>
      log
        .select(['id', ...columns])
        .where('id', '>', after)
        .$if(end !== undefined, (query) => query.where('id', '<=', end ?? ''))
        .where((where: ExpressionBuilder<Tables, 'events'>) => mayName(where, forgotten, columns))
        .orderBy('id')
        .limit(atOnce)
        .execute(),
    write: (rows) =>
      inOne(db, rows, async (trx, { id, ...values }) => {
        await trx.rows.updateTable('events').set(values).where('id', '=', id).execute();
      }),
  });
}

/** The same for calls. */
export async function eraseFromCalls(db: WorkspaceDb, forgotten: Forgotten): Promise<number> {
  const columns = ['principal', 'user_id', 'on_behalf_of', 'message'] as const;
  const log = db.rows.selectFrom('calls');
  return eachBatch(forgotten, {
    end: async (after) =>
      (await log.select('id').where('id', '>', after).orderBy('id').limit(1).offset(lookedThrough).executeTakeFirst())
        ?.id,
    read: (after, end) =>
      log
        .select(['id', ...columns])
        .where('id', '>', after)
        .$if(end !== undefined, (query) => query.where('id', '<=', end ?? ''))
        .where((where: ExpressionBuilder<Tables, 'calls'>) => mayName(where, forgotten, columns))
        .orderBy('id')
        .limit(atOnce)
        .execute(),
    write: (rows) =>
      inOne(db, rows, async (trx, { id, ...values }) => {
        await trx.rows.updateTable('calls').set(values).where('id', '=', id).execute();
      }),
  });
}

/** A row with somebody's pseudonym in each of its texts that names them, but for its own id. */
export function withoutThem<Row extends { readonly id: string }>({ identities, people }: Forgotten, row: Row): Row {
  const copy: Row = { ...row };
  for (const column in row) {
    const value: unknown = row[column];
    if (column === 'id' || typeof value !== 'string') continue;
    const text = identities.has(value.toLowerCase()) ? people.of(value) : people.without(value, identities);
    Object.assign(copy, { [column]: text });
  }
  return copy;
}

interface Change<Row> {
  readonly row: Row;
  readonly without: Row;
}

/** Whether forgetting changes anything. */
export function differs<Row extends object>({ row, without }: Change<Row>): boolean {
  return JSON.stringify(row) !== JSON.stringify(without);
}

/** Whether one of the columns may hold a name or a pseudonym of theirs: the database leaves out what cannot. */
function mayName<Table extends 'events' | 'calls'>(
  where: ExpressionBuilder<Tables, Table>,
  forgotten: Forgotten,
  columns: readonly string[],
): Expression<SqlBool> {
  const texts = columns.map((column) => sql`coalesce(${sql.ref(column)}, '')`);
  const text = sql<string>`lower(${sql.join(texts, sql` || ' ' || `)})`;
  return where.or(namesOf(forgotten).map((name) => sql<SqlBool>`${text} like ${patternOf(name)}`));
}

function namesOf({ identities, people }: Forgotten): readonly string[] {
  return [...identities].flatMap((identity) => [identity, people.of(identity)]);
}

/** Whatever else than plain characters it holds may be anything: what is found is looked at again. */
function patternOf(name: string): string {
  return `%${name.toLowerCase().replace(/[^!-[\]-~]+/g, '%')}%`;
}

interface Log<Row> {
  /** The id of the last row to look through after this one; `undefined` where that is the end. */
  readonly end: (after: string) => Promise<string | undefined>;
  /** Rows between two ids that may name them. */
  readonly read: (after: string, end: string | undefined) => Promise<readonly Row[]>;
  readonly write: (rows: readonly Row[]) => Promise<void>;
}

async function eachBatch<Row extends { readonly id: string }>(forgotten: Forgotten, log: Log<Row>): Promise<number> {
  let count = 0;
  let after: string | undefined = forgotten.from ?? '';
  while (after !== undefined) {
    const end: string | undefined = await log.end(after);
    const rows = await log.read(after, end);
    const read = rows.map((row) => ({ row, without: withoutThem(forgotten, row) }));
    await log.write(read.filter(differs).map(({ without }) => without));
    count += read.filter(({ without }) => isNamed(forgotten, without)).length;
    after = rows.length < atOnce ? end : rows.at(-1)?.id;
    await nextTurn();
  }
  return count;
}

function isNamed({ identities, people }: Forgotten, row: object): boolean {
  const text = Object.values(row).join(' ');
  return [...identities].some((identity) => text.includes(people.of(identity)));
}

async function inOne<Row>(
  db: WorkspaceDb,
  rows: readonly Row[],
  write: (trx: WorkspaceTrx, row: Row) => Promise<void>,
): Promise<void> {
  if (rows.length === 0) return;
  await db.transact(async (trx) => {
    for (const row of rows) await write(trx, row);
  });
}
