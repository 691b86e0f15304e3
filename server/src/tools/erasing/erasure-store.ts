import type { Selectable } from 'kysely';
import { z } from 'zod';
import { macOf } from '../../events/chain/mac.ts';
import { type KeySource, openChain } from '../../events/chain/chain.ts';
import { parseJson } from '../../lib/json.ts';
import type { Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

export interface ErasuresTable {
  /** The row of the end user. */
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  /** What only the holder of the key can make of the app's id. */
  known_as: Fixed<string>;
  revocation_id: Fixed<string>;
  /** JSON. */
  counts: string;
  begun_at: Fixed<string>;
  finished_at: string | null;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    end_user_erasures: ErasuresTable;
  }
}

/** How much of somebody was ended, deleted or put under a pseudonym. */
const erasureCounts = z.object({
  tokens: z.number(),
  links: z.number(),
  approvals: z.number(),
  files: z.number(),
  /** Null until the log was looked through. */
  calls: z.number().nullable(),
  events: z.number().nullable(),
});
export type ErasureCounts = z.output<typeof erasureCounts>;

/** An end user who is forgotten, or being forgotten. Times in RFC 3339. */
export interface Erasure {
  readonly endUserId: string;
  readonly revocationId: string;
  readonly counts: ErasureCounts;
  readonly begunAt: string;
  readonly finishedAt: string | null;
}

/** How somebody is found again by the app's id, which is kept nowhere: a keyed digest (HMAC-SHA-256). */
export function knownAs(keys: KeySource, workspaceId: string, externalId: string): string {
  return macOf(openChain(keys, workspaceId).key, ['erased end user', externalId]).toString('base64url');
}

export async function insertErasure(
  trx: WorkspaceTrx,
  { endUserId, revocationId, counts, begunAt }: Omit<Erasure, 'finishedAt'>,
  known: string,
): Promise<void> {
  const row = { id: endUserId, known_as: known, revocation_id: revocationId, begun_at: begunAt, finished_at: null };
  await trx.rows
    .insertInto('end_user_erasures')
    .values({ ...row, counts: JSON.stringify(counts) })
    .execute();
}

export async function findErasure(db: WorkspaceRows, endUserId: string): Promise<Erasure | undefined> {
  const found = db.rows.selectFrom('end_user_erasures').selectAll().where('id', '=', endUserId);
  const row = await found.executeTakeFirst();
  return row && readErasure(row);
}

/** The last erasure of somebody whom the app called so. */
export async function findErasureOf(db: WorkspaceRows, known: string): Promise<Erasure | undefined> {
  const found = db.rows.selectFrom('end_user_erasures').selectAll().where('known_as', '=', known);
  const row = await found.orderBy('begun_at', 'desc').limit(1).executeTakeFirst();
  return row && readErasure(row);
}

/** Says that nothing names them any more; false where that was known. */
export async function finishErasureRow(
  trx: WorkspaceTrx,
  endUserId: string,
  { counts, at }: { readonly counts: ErasureCounts; readonly at: string },
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('end_user_erasures')
    .set({ counts: JSON.stringify(counts), finished_at: at })
    .where('id', '=', endUserId)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function readErasure(row: Selectable<ErasuresTable>): Erasure {
  return {
    endUserId: row.id,
    revocationId: row.revocation_id,
    counts: erasureCounts.parse(parseJson(row.counts)),
    begunAt: row.begun_at,
    finishedAt: row.finished_at,
  };
}
