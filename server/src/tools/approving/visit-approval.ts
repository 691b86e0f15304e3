import { endUserCaller } from '../../access/end-users/as-end-user.ts';
import { decidesForEndUsers } from '../../approvals/deciding/decides-for-end-users.ts';
import type { App, Context } from '../../context.ts';
import { contextOfSession, type LinkSession } from '../../links/connect-links/link-session.ts';

/** One request of a browser. */
export type Visiting = Pick<Context, 'requestId' | 'signal'>;

/**
 * An end user at the page of one approval, by the link that the browser opened; `undefined` where that is for something else,
 * or the key that made it decides nothing any more.
 */
export async function visitApproval(
  app: App,
  { link, endUser }: LinkSession,
  visiting: Visiting & { readonly approvalId: string },
): Promise<Context | undefined> {
  const { workspaceId, purpose, approvalId, createdBy } = link;
  if (purpose !== 'approve' || approvalId !== visiting.approvalId) return undefined;
  const maker = await app.access.revive(createdBy, workspaceId);
  if (!maker?.key || !decidesForEndUsers(maker)) return undefined;
  const { lineage } = maker.key;
  const caller = endUserCaller(endUser, { workspaceId, via: 'connect_link', decides: approvalId, lineage });
  return contextOfSession(app, { caller }, visiting);
}
