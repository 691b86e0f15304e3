import { type EndUser, findEndUser, findEndUsers } from '../../access/end-users/end-user-store.ts';
import { pageBy } from '../../access/page-by.ts';
import type { Context } from '../../context.ts';
import { pageStart } from '../../events/page-start.ts';
import type { Page } from '../../lib/cursor.ts';
import type { ConnectLink, LinkPurpose, LinkStatus } from './connect-link.ts';
import { listLinkRows } from './link-store.ts';

/** Which links to list; what is left out does not narrow. */
export interface LinkQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** As the app calls them. */
  readonly endUser?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly purpose?: LinkPurpose | undefined;
  readonly status?: LinkStatus | undefined;
}

/** A link with whose it is, unless they were erased. */
export interface ListedLink {
  readonly link: ConnectLink;
  readonly endUser: EndUser | undefined;
}

/** Links, newest first: an end user's own, or all. */
export async function listConnectLinks(
  { db, caller, clock }: Pick<Context, 'db' | 'caller' | 'clock'>,
  { endUser, cursor, limit, ...filters }: LinkQuery,
): Promise<Page<ListedLink>> {
  const page = { after: pageStart(cursor), limit, now: clock.now() };
  const named = endUser === undefined ? undefined : ((await findEndUser(db, endUser))?.id ?? nobody);
  const own = caller.endUser?.id;
  const isForeign = own !== undefined && named !== undefined && named !== own;
  const links = isForeign ? [] : await listLinkRows(db, { ...filters, endUserId: own ?? named }, page);
  const people = await findEndUsers(db, [...new Set(links.map(({ endUserId }) => endUserId))]);
  const listed = links.map((link) => ({ id: link.id, link, endUser: people.get(link.endUserId) }));
  return pageBy(listed, limit, ({ link }) => link.createdAt);
}

/** The row of nobody. */
const nobody = '';

/** A link with whose it is. */
export async function withEndUser({ db }: Pick<Context, 'db'>, link: ConnectLink): Promise<ListedLink> {
  return { link, endUser: (await findEndUsers(db, [link.endUserId])).get(link.endUserId) };
}
