import type { Caller } from '../../access/caller.ts';
import { endUserPrincipal } from '../../access/end-users/as-end-user.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { ConnectLink } from './connect-link.ts';
import { linkSubject } from './link-events.ts';
import { endLink, findLink, stepLink } from './link-store.ts';

type Seeing = Pick<Context, 'db' | 'caller'>;

/** A link that the caller may see: an end user their own. Throws NOT_FOUND for every other. */
export async function seeConnectLink({ db, caller }: Seeing, id: string): Promise<ConnectLink> {
  const link = await findLink(db, id);
  if (link && isVisible(link, caller)) return link;
  throw new Failure('NOT_FOUND', 'There is no such link.');
}

function isVisible({ endUserId }: ConnectLink, { endUser }: Caller): boolean {
  return endUser === undefined || endUser.id === endUserId;
}

/** Ends a link, and what it opened, at once. Throws NOT_FOUND where there is none, CONFLICT where it came to its end before. */
export async function revokeConnectLink(
  { db, caller, clock }: Seeing & { readonly clock: Clock },
  id: string,
): Promise<void> {
  const { purpose, endUserId } = await seeConnectLink({ db, caller }, id);
  await db.transact(async (trx) => {
    if (!(await endLink(trx, id, isoTime(clock))))
      throw new Failure('CONFLICT', 'This link came to its end before: it was finished, or revoked already.');
    await appendEvent(trx, clock, {
      type: 'connect_link.revoked',
      actor: actorOf(caller),
      subject: linkSubject({ id }),
      data: { purpose, endUser: endUserId },
    });
  });
}

/**
 * What a link was for has been done: in the transaction that does it. It does nothing more afterwards. Throws CONFLICT where it
 * was revoked or finished meanwhile.
 */
export async function finishLink(
  trx: WorkspaceTrx,
  clock: Clock,
  { link, connectionId }: { readonly link: ConnectLink; readonly connectionId: string | null },
): Promise<void> {
  const { id, purpose, endUserId } = link;
  const change = { finished_at: isoTime(clock), ...(connectionId === null ? {} : { connection_id: connectionId }) };
  if (!(await stepLink(trx, id, change)))
    throw new Failure('CONFLICT', 'This link came to its end meanwhile. Ask the app you came from for a new one.');
  await appendEvent(trx, clock, {
    type: 'connect_link.finished',
    actor: { principal: endUserPrincipal(endUserId), userId: endUserId },
    subject: linkSubject({ id }),
    data: { purpose, endUser: endUserId, connection: connectionId },
  });
}
