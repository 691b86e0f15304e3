import type { Selectable } from 'kysely';
import { pageStart } from '../../events/page-start.ts';
import { type Page, pageOf } from '../../lib/cursor.ts';
import { parseJson } from '../../lib/json.ts';
import type { Erasable, Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { type RevocationFilter, revocationFilter } from './revocation-filter.ts';

export interface RevocationsTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  principal: Erasable<string>;
  user_id: Erasable<string>;
  /** Null where one connection was deleted by itself. */
  filter: Erasable<string | null>;
  used_since: Fixed<string | null>;
  created_at: Fixed<string>;
  cut_off_at: string | null;
  finished_at: string | null;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    revocations: RevocationsTable;
  }
}

/** Connections that somebody has revoked together. Times in RFC 3339. */
export interface Revocation {
  readonly id: string;
  readonly principal: string;
  readonly userId: string;
  /** Absent where one connection was deleted by itself. */
  readonly filter: RevocationFilter | undefined;
  /** Since when it is told what they were used for. */
  readonly usedSince: string | null;
  readonly createdAt: string;
  /** Since when none of them can be used. */
  readonly cutOffAt: string | null;
  /** When the last provider had answered or was given up. */
  readonly finishedAt: string | null;
}

export async function insertRevocation(trx: WorkspaceTrx, revocation: Revocation): Promise<void> {
  await trx.rows
    .insertInto('revocations')
    .values({
      id: revocation.id,
      principal: revocation.principal,
      user_id: revocation.userId,
      filter: revocation.filter === undefined ? null : JSON.stringify(revocation.filter),
      used_since: revocation.usedSince,
      created_at: revocation.createdAt,
      cut_off_at: revocation.cutOffAt,
      finished_at: revocation.finishedAt,
    })
    .execute();
}

export async function findRevocation(db: WorkspaceRows, id: string): Promise<Revocation | undefined> {
  const row = await db.rows.selectFrom('revocations').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readRevocation(row);
}

/** Those that were asked for by a filter, newest first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listRevocations(
  db: WorkspaceRows,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Revocation & { readonly at: string }>> {
  const rows = await db.rows
    .selectFrom('revocations')
    .selectAll()
    .where('filter', 'is not', null)
    .where('id', '<', pageStart(cursor).id)
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const listed = rows.map((row) => Object.assign(readRevocation(row), { at: row.created_at }));
  return pageOf(listed, limit);
}

/** Says from when on nothing of it can be used. */
export async function noteCutOff(trx: WorkspaceTrx, id: string, at: string): Promise<void> {
  await trx.rows
    .updateTable('revocations')
    .set({ cut_off_at: at })
    .where('id', '=', id)
    .where('cut_off_at', 'is', null)
    .execute();
}

/** Says that nothing of it is left to do; false where that is known. */
export async function finishRevocation(trx: WorkspaceTrx, id: string, at: string): Promise<boolean> {
  const result = await trx.rows
    .updateTable('revocations')
    .set({ finished_at: at })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The revocations of all workspaces that were begun before this time and are not finished, a thousand at most. */
export function listUnfinished(
  { rows }: Pick<Storage, 'rows'>,
  before: string,
): Promise<readonly { readonly id: string; readonly workspaceId: string }[]> {
  return rows
    .selectFrom('revocations')
    .select(['id', 'workspace_id as workspaceId'])
    .where('finished_at', 'is', null)
    .where('created_at', '<', before)
    .orderBy('id')
    .limit(1000)
    .execute();
}

function readRevocation(row: Selectable<RevocationsTable>): Revocation {
  return {
    id: row.id,
    principal: row.principal,
    userId: row.user_id,
    filter: row.filter === null ? undefined : revocationFilter.parse(parseJson(row.filter)),
    usedSince: row.used_since,
    createdAt: row.created_at,
    cutOffAt: row.cut_off_at,
    finishedAt: row.finished_at,
  };
}
