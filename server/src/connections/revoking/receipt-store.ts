import type { Selectable } from 'kysely';
import { pageStart } from '../../events/page-start.ts';
import { type Page, pageOf } from '../../lib/cursor.ts';
import type { Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

/** What came of telling a provider that a connection is over. */
export const outcomes = ['waiting', 'revoked_at_provider', 'not_supported', 'failed'] as const;
export type RevocationOutcome = (typeof outcomes)[number];

export interface ReceiptsTable {
  workspace_id: WorkspaceColumn;
  connection_id: Fixed<string>;
  revocation_id: Fixed<string>;
  outcome: RevocationOutcome;
  message: string | null;
  /** The tokens for as long as the provider is still to be told; sealed, for nothing else. */
  box: string | null;
  /** The connection's when it was cut off; part of what the box is bound to. */
  generation: Fixed<number>;
  /** Where the provider is told. */
  origin: string | null;
  attempts: number;
  /** Milliseconds since the epoch: when it is looked at next. */
  next_at: number;
  cut_off_at: Fixed<string>;
  put_away_at: string | null;
  settled_at: string | null;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    revocation_receipts: ReceiptsTable;
  }
}

/** What became of one connection that was revoked. Times in RFC 3339. */
export interface Receipt {
  readonly connectionId: string;
  readonly revocationId: string;
  readonly outcome: RevocationOutcome;
  /** Why, in words. */
  readonly message: string | null;
  readonly box: string | null;
  readonly generation: number;
  readonly origin: string | null;
  /** How often the provider was told in vain. */
  readonly attempts: number;
  /** When its calls were refused from. */
  readonly cutOffAt: string;
  /** When its secrets were taken out of use. */
  readonly putAwayAt: string | null;
  /** When the outcome was known, and nothing secret was left. */
  readonly settledAt: string | null;
}

/** A connection that is cut off now. */
export interface NewReceipt extends Pick<Receipt, 'connectionId' | 'revocationId' | 'generation' | 'cutOffAt'> {
  /** Milliseconds since the epoch. */
  readonly nextAt: number;
}

export async function insertReceipts(trx: WorkspaceTrx, receipts: readonly NewReceipt[]): Promise<void> {
  const rows = receipts.map(({ connectionId, revocationId, generation, cutOffAt, nextAt }) => ({
    connection_id: connectionId,
    revocation_id: revocationId,
    outcome: 'waiting' as const,
    message: null,
    box: null,
    generation,
    origin: null,
    attempts: 0,
    next_at: nextAt,
    cut_off_at: cutOffAt,
    put_away_at: null,
    settled_at: null,
  }));
  await trx.rows.insertInto('revocation_receipts').values(rows).execute();
}

export async function findReceipt(db: WorkspaceRows, connectionId: string): Promise<Receipt | undefined> {
  const found = db.rows.selectFrom('revocation_receipts').selectAll().where('connection_id', '=', connectionId);
  const row = await found.executeTakeFirst();
  return row && readReceipt(row);
}

/** Which receipts to list. */
export interface ReceiptQuery {
  readonly revocationId: string;
  readonly outcome?: RevocationOutcome | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The receipts of a revocation, those cut off last first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listReceipts(
  db: WorkspaceRows,
  { revocationId, outcome, limit, cursor }: ReceiptQuery,
): Promise<Page<Receipt & { readonly at: string; readonly id: string }>> {
  const start = pageStart(cursor);
  const rows = await db.rows
    .selectFrom('revocation_receipts')
    .selectAll()
    .where('revocation_id', '=', revocationId)
    .$if(outcome !== undefined, (query) => query.where('outcome', '=', outcome ?? 'waiting'))
    .where(({ eb, refTuple, tuple }) => eb(refTuple('cut_off_at', 'connection_id'), '<', tuple(start.at, start.id)))
    .orderBy('cut_off_at', 'desc')
    .orderBy('connection_id', 'desc')
    .limit(limit + 1)
    .execute();
  const listed = rows.map((row) => Object.assign(readReceipt(row), { at: row.cut_off_at, id: row.connection_id }));
  return pageOf(listed, limit);
}

/** Receipts whose time has come: those whose secrets are still to be put away, or those whose provider is to be told; the least tried first. */
export async function listDue(
  db: WorkspaceRows,
  { revocationId, todo, now, limit }: { revocationId: string; todo: 'put_away' | 'tell'; now: number; limit: number },
): Promise<readonly Receipt[]> {
  const rows = await db.rows
    .selectFrom('revocation_receipts')
    .selectAll()
    .where('revocation_id', '=', revocationId)
    .where('outcome', '=', 'waiting')
    .where('put_away_at', todo === 'tell' ? 'is not' : 'is', null)
    .where('next_at', '<=', now)
    .orderBy('attempts')
    .orderBy('next_at')
    .orderBy('connection_id')
    .limit(limit)
    .execute();
  return rows.map(readReceipt);
}

/** When the next of a revocation's receipts is to be looked at, in milliseconds since the epoch; `undefined` where none waits. */
export async function nextDue(db: WorkspaceRows, revocationId: string): Promise<number | undefined> {
  const row = await db.rows
    .selectFrom('revocation_receipts')
    .select('next_at')
    .where('revocation_id', '=', revocationId)
    .where('outcome', '=', 'waiting')
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_at;
}

export type OutcomeCounts = Readonly<Record<RevocationOutcome, number>>;

/** How many of a revocation's connections came to what. */
export async function countOutcomes(db: WorkspaceRows, revocationId: string): Promise<OutcomeCounts> {
  const rows = await db.rows
    .selectFrom('revocation_receipts')
    .select(({ fn }) => ['outcome', fn.countAll<number | string>().as('count')])
    .where('revocation_id', '=', revocationId)
    .groupBy('outcome')
    .execute();
  const counts = new Map(rows.map(({ outcome, count }) => [outcome, Number(count)]));
  const of = (outcome: RevocationOutcome): number => counts.get(outcome) ?? 0;
  return {
    waiting: of('waiting'),
    revoked_at_provider: of('revoked_at_provider'),
    not_supported: of('not_supported'),
    failed: of('failed'),
  };
}

/** Looks at it again at this time, unless its secrets were put away in the meantime. */
export async function waitToPutAway(trx: WorkspaceTrx, connectionId: string, nextAt: number): Promise<void> {
  await trx.rows
    .updateTable('revocation_receipts')
    .set({ next_at: nextAt })
    .where('connection_id', '=', connectionId)
    .where('put_away_at', 'is', null)
    .execute();
}

/** Tells the provider again at this time: it was told in vain. */
export async function tellAgain(
  trx: WorkspaceTrx,
  { connectionId, attempts }: Receipt,
  { nextAt, message }: { readonly nextAt: number; readonly message: string },
): Promise<void> {
  await trx.rows
    .updateTable('revocation_receipts')
    .set({ next_at: nextAt, attempts: attempts + 1, message })
    .where('connection_id', '=', connectionId)
    .where('outcome', '=', 'waiting')
    .execute();
}

/** Leaves a provider alone until this time, in milliseconds since the epoch. */
export async function postponeOrigin(
  trx: WorkspaceTrx,
  { revocationId, origin, until }: { revocationId: string; origin: string; until: number },
): Promise<void> {
  await trx.rows
    .updateTable('revocation_receipts')
    .set({ next_at: until })
    .where('revocation_id', '=', revocationId)
    .where('origin', '=', origin)
    .where('outcome', '=', 'waiting')
    .where('next_at', '<', until)
    .execute();
}

/** Says that the secrets are out of use and where they lie until the provider was told; false where somebody else did it first. */
export async function keepPutAway(
  trx: WorkspaceTrx,
  connectionId: string,
  columns: Partial<Pick<Selectable<ReceiptsTable>, 'box' | 'origin' | 'outcome' | 'message' | 'settled_at'>> & {
    readonly put_away_at: string;
  },
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('revocation_receipts')
    .set(columns)
    .where('connection_id', '=', connectionId)
    .where('put_away_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Writes what came of it and destroys what was kept for the provider; false where that is known already. */
export async function settleReceipt(
  trx: WorkspaceTrx,
  connectionId: string,
  { outcome, message, at }: { outcome: Exclude<RevocationOutcome, 'waiting'>; message: string | null; at: string },
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('revocation_receipts')
    .set({ outcome, message, box: null, settled_at: at })
    .where('connection_id', '=', connectionId)
    .where('outcome', '=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function readReceipt(row: Selectable<ReceiptsTable>): Receipt {
  return {
    connectionId: row.connection_id,
    revocationId: row.revocation_id,
    outcome: row.outcome,
    message: row.message,
    box: row.box,
    generation: row.generation,
    origin: row.origin,
    attempts: row.attempts,
    cutOffAt: row.cut_off_at,
    putAwayAt: row.put_away_at,
    settledAt: row.settled_at,
  };
}
