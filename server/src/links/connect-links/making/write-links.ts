import { type NamedEndUser, keepEndUsers } from '../../../access/end-users/end-user-store.ts';
import { type Actor, appendEvents } from '../../../events/append-event.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { WorkspaceTrx } from '../../../storage/storage.ts';
import { writeTogether } from '../../write-together.ts';
import type { LinkPurpose } from '../connect-link.ts';
import { linkSubject } from '../link-events.ts';
import { insertLinks, type NewLinkRow } from '../link-store.ts';

/** A link about to exist. */
export interface LinkDraft {
  readonly actor: Actor;
  /** Named by an app, and made where there is none yet; or known already, by row. */
  readonly endUser: NamedEndUser | { readonly row: string };
  readonly purpose: LinkPurpose;
  readonly connectors: readonly string[] | null;
  readonly row: Omit<NewLinkRow, 'end_user_id' | 'purpose' | 'connectors'>;
}

/** Drafts in one transaction: rows of links are small. */
const mostTogether = 200;

/**
 * Puts a link on record with its end user and its event, together with those that others ask for at that moment; its id, once
 * it is on disk.
 */
export const writeLink = writeTogether<LinkDraft, string>(
  async (trx, clock, drafts) => {
    await insertDrafts(trx, clock, drafts);
    return drafts.map(({ row }) => row.id);
  },
  { mostTogether },
);

/** The same in a transaction that does more. */
export async function insertDrafts(trx: WorkspaceTrx, clock: Clock, drafts: readonly LinkDraft[]): Promise<void> {
  const endUsers = await rowsOf(trx, clock, drafts);
  const rowOf = ({ endUser }: LinkDraft) => ('row' in endUser ? endUser.row : (endUsers.get(endUser.id) ?? ''));
  await insertLinks(
    trx,
    drafts.map((draft) => ({
      ...draft.row,
      purpose: draft.purpose,
      connectors: draft.connectors && JSON.stringify(draft.connectors),
      end_user_id: rowOf(draft),
    })),
  );
  await appendEvents(
    trx,
    clock,
    drafts.map((draft) => ({
      type: 'connect_link.created' as const,
      actor: draft.actor,
      subject: linkSubject(draft.row),
      data: {
        purpose: draft.purpose,
        endUser: rowOf(draft),
        connectors: draft.connectors,
        expiresAt: draft.row.expires_at,
      },
    })),
  );
}

/** The rows of the end users that are named, by the app's ids. */
async function rowsOf(
  trx: WorkspaceTrx,
  clock: Clock,
  drafts: readonly LinkDraft[],
): Promise<ReadonlyMap<string, string>> {
  const named = drafts.flatMap(({ endUser }) => ('row' in endUser ? [] : [endUser]));
  if (named.length === 0) return new Map();
  const kept = await keepEndUsers(trx, clock, named);
  return new Map(kept.map(({ externalId, id }) => [externalId, id]));
}
