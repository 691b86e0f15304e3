import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pseudonyms } from '../../events/chain/pseudonyms.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../storage/storage.ts';

/** Somebody who is to be forgotten: ids and e-mail addresses in lower case, and the pseudonyms that take their place. */
export interface Forgotten {
  readonly identities: ReadonlySet<string>;
  readonly people: Pseudonyms;
}

const atOnce = 500;

/** Puts somebody's pseudonym wherever an event names them; the audit chain still holds. Answers how many were changed. */
export async function eraseFromEvents(db: WorkspaceDb, forgotten: Forgotten): Promise<number> {
  const columns = ['id', 'actor', 'user_id', 'subject', 'data'] as const;
  return eachBatch(async (after) => {
    const page = db.rows.selectFrom('events').select(columns).where('id', '>', after).orderBy('id').limit(atOnce);
    const rows = await page.execute();
    const changed = rows.map((row) => ({ row, without: withoutThem(forgotten, row) })).filter(differs);
    await inOne(db, changed, async (trx, { without: { id, ...values } }) => {
      await trx.rows.updateTable('events').set(values).where('id', '=', id).execute();
    });
    return { last: rows.length < atOnce ? undefined : rows.at(-1)?.id, changed: changed.length };
  });
}

/** The same for calls. */
export async function eraseFromCalls(db: WorkspaceDb, forgotten: Forgotten): Promise<number> {
  const columns = ['id', 'principal', 'user_id', 'on_behalf_of', 'message'] as const;
  return eachBatch(async (after) => {
    const page = db.rows.selectFrom('calls').select(columns).where('id', '>', after).orderBy('id').limit(atOnce);
    const rows = await page.execute();
    const changed = rows.map((row) => ({ row, without: withoutThem(forgotten, row) })).filter(differs);
    await inOne(db, changed, async (trx, { without: { id, ...values } }) => {
      await trx.rows.updateTable('calls').set(values).where('id', '=', id).execute();
    });
    return { last: rows.length < atOnce ? undefined : rows.at(-1)?.id, changed: changed.length };
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

interface Batch {
  /** The id to go on after; `undefined` where that was the end. */
  readonly last: string | undefined;
  readonly changed: number;
}

async function eachBatch(work: (after: string) => Promise<Batch>): Promise<number> {
  let count = 0;
  let after: string | undefined = '';
  while (after !== undefined) {
    const batch: Batch = await work(after);
    count += batch.changed;
    after = batch.last;
    await nextTurn();
  }
  return count;
}

async function inOne<Row>(
  db: WorkspaceDb,
  changed: readonly Change<Row>[],
  write: (trx: WorkspaceTrx, change: Change<Row>) => Promise<void>,
): Promise<void> {
  if (changed.length === 0) return;
  await db.transact(async (trx) => {
    for (const change of changed) await write(trx, change);
  });
}
