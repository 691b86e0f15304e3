import type { ExpressionBuilder } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { inReach } from '../connections/connection-store.ts';
import type { Tables } from '../storage/schema.ts';
import type { WorkspaceRows } from '../storage/storage.ts';
import type { ApprovalRow } from './approval-store.ts';
import type { ApprovalStatus } from './approval.ts';

/** Which approvals a list shows. */
export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly connection?: string | undefined;
  readonly tool?: string | undefined;
  /** A credential (`key:<id>`), or the id of a person, whatever credential of theirs asked. */
  readonly requester?: string | undefined;
  /** The row of an end user: what was asked for them. */
  readonly endUserId?: string | undefined;
}

export interface ApprovalRowsWish extends ApprovalFilter {
  readonly limit: number;
  /** Approvals older than this id; ids are ordered by time. */
  readonly before?: string | undefined;
  /** ISO 8601: what is pending past its time counts as expired. */
  readonly now: string;
  /** Who looks: only what `maySee` lets them see of one. */
  readonly viewer: Viewer;
}

/** What of a caller says which connections they may use, and whether they decide over those of the end user they ask for. */
export interface Viewer extends Pick<Caller, 'userId' | 'crews' | 'endUser'> {
  readonly principal?: string;
  readonly decidesForEndUsers?: boolean;
}

/** A page of rows, and where to go on: a page may be shorter than the limit and still have a next. */
export interface ApprovalRowsPage {
  readonly rows: readonly ApprovalRow[];
  /** The id to go on before, or `undefined` on the last page. */
  readonly next: string | undefined;
}

/** How many approvals one page looks through, so that whoever may see few of very many keeps nobody waiting. */
const lookedThrough = 5_000;

/** Newest first. */
export async function listApprovalRows(db: WorkspaceRows, wish: ApprovalRowsWish): Promise<ApprovalRowsPage> {
  const last = await fitting(db, wish)
    .select('id')
    .limit(1)
    .offset(lookedThrough - 1)
    .executeTakeFirst();
  const rows = await fitting(db, wish)
    .selectAll()
    .where((where) => isOf(where, wish))
    .$if(last !== undefined, (query) => query.where('id', '>=', last?.id ?? ''))
    .limit(wish.limit + 1)
    .execute();
  const page = rows.slice(0, wish.limit);
  return { rows: page, next: rows.length > wish.limit ? page.at(-1)?.id : last?.id };
}

/** What fits, whoever looks; the indexes of the table are made for this. */
function fitting(db: WorkspaceRows, wish: ApprovalRowsWish) {
  const { connection, tool, requester, endUserId, before, viewer } = wish;
  return db.rows
    .selectFrom('approvals')
    .where((where) => hasStatus(where, wish))
    .$if(connection !== undefined, (query) => query.where('connection_id', '=', connection ?? ''))
    .$if(tool !== undefined, (query) => query.where('tool', '=', tool ?? ''))
    .$if(requester?.includes(':') === true, (query) => query.where('principal', '=', requester ?? ''))
    .$if(requester?.includes(':') === false, (query) => query.where('user_id', '=', requester ?? ''))
    .$if(endUserId !== undefined, (query) => query.where('user_id', '=', endUserId ?? ''))
    .$if(viewer.endUser !== undefined, (query) => query.where('principal', '=', viewer.principal ?? ''))
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc');
}

type Where = ExpressionBuilder<Tables, 'approvals'>;

/** Of a connection in the viewer's reach, deleted or not, or of the end user's for whom they ask and decide. */
function isOf(where: Where, { viewer, endUserId }: ApprovalRowsWish) {
  const theirs = viewer.decidesForEndUsers === true ? endUserId : undefined;
  const usable = where
    .selectFrom('connections')
    .select('connections.id')
    .where((connection) =>
      connection.or([
        inReach(connection, viewer),
        ...(theirs === undefined ? [] : [connection('connections.end_user_id', '=', theirs)]),
      ]),
    );
  return where('connection_id', 'in', usable);
}

/** As it reads: one that is past its time is still stored as pending until it is swept. */
function hasStatus(where: Where, { status, now }: ApprovalRowsWish) {
  if (status === undefined) return where.lit(true);
  if (status === 'pending') return where.and([where('status', '=', status), where('expires_at', '>', now)]);
  if (status !== 'expired') return where('status', '=', status);
  const unswept = where.and([where('status', '=', 'pending'), where('expires_at', '<=', now)]);
  return where.or([where('status', '=', status), unswept]);
}
