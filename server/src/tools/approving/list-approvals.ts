import { findEndUser } from '../../access/end-users/end-user-store.ts';
import { decidesForEndUsers } from '../../approvals/deciding/decides-for-end-users.ts';
import { type ApprovalFilter, listApprovalRows } from '../../approvals/list-approval-rows.ts';
import type { Context } from '../../context.ts';
import { isoTime } from '../../lib/clock.ts';
import { seeApprovals, type SeenApproval } from './see-approval.ts';

export interface ApprovalPage {
  readonly items: readonly SeenApproval[];
  /** The id to go on before, or `undefined` on the last page. */
  readonly next: string | undefined;
}

interface ApprovalsWish extends Omit<ApprovalFilter, 'endUserId'> {
  /** What was asked for this end user, as the app calls them; the app's key for deciding sees it only where it asks for it. */
  readonly endUser?: string | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
}

/** Approvals the caller may see, newest first, narrowed as wished; a page may be shorter than the limit and still have a next. */
export async function listApprovals(ctx: Context, { endUser, ...wish }: ApprovalsWish): Promise<ApprovalPage> {
  const { caller, db, clock } = ctx;
  const named = endUser === undefined ? undefined : await findEndUser(db, endUser);
  if (endUser !== undefined && named === undefined) return { items: [], next: undefined };
  const viewer = { ...caller, decidesForEndUsers: decidesForEndUsers(caller) };
  const { rows, next } = await listApprovalRows(db, { ...wish, endUserId: named?.id, now: isoTime(clock), viewer });
  return { items: await seeApprovals(ctx, rows), next };
}
