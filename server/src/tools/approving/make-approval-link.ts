import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { createConnectLink, linkLife, type MadeLink } from '../../links/connect-links/create-connect-link.ts';
import { mayLeadTo } from '../../links/origins/may-lead-to.ts';
import { notWaiting } from './decide-approval.ts';
import { seeApproval } from './see-approval.ts';

/** What a link to the page of one approval is to be like. */
export interface ApprovalLinkWish {
  readonly id: string;
  /** Seconds until which it can be opened. Default: 15 minutes; never longer than the call waits. */
  readonly expiresIn?: number | undefined;
  /** Where the page leads back to, on an origin that the workspace registered. */
  readonly returnUrl?: string | undefined;
  readonly locale?: string | undefined;
}

/**
 * A link that opens, once, the page on which the end user decides this call. It is as good as a decision, so only who may send
 * one makes it: the app's key for deciding (S3). Throws FORBIDDEN for everybody else, CONFLICT, with the status, for a call
 * that no longer waits, and BAD_REQUEST for an address on no origin of the workspace's.
 */
export async function makeApprovalLink(ctx: Context, wish: ApprovalLinkWish): Promise<MadeLink> {
  const { id, expiresIn = linkLife.usual, returnUrl, locale } = wish;
  const seen = await seeApproval(ctx, id);
  const { endUser } = seen.connection;
  if (seen.refusal !== undefined) throw new Failure('FORBIDDEN', seen.refusal);
  if (endUser === null) throw new Failure('BAD_REQUEST', forPeople);
  if (seen.approval.status !== 'pending') throw notWaiting(seen);
  if (returnUrl !== undefined && !(await mayLeadTo(ctx.db, returnUrl))) throw new Failure('BAD_REQUEST', nowhere);
  const left = Math.ceil((Date.parse(seen.approval.expiresAt) - ctx.clock.now()) / 1000);
  return createConnectLink(ctx, {
    endUser,
    purpose: 'approve',
    approvalId: id,
    expiresInSeconds: Math.min(expiresIn, left),
    returnUrl,
    locale,
  });
}

const forPeople =
  'This call is not on the connection of an end user: people who may use it decide it in the dashboard.';
const nowhere =
  'return_url must be on an origin that the workspace registered. Register the origin of your app first, then make the link.';
