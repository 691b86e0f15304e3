import { setTimeout as sleep } from 'node:timers/promises';
import { type NamedEndUser, keepEndUsers } from '../../../access/end-users/end-user-store.ts';
import { type Actor, appendEvents } from '../../../events/append-event.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Storage, WorkspaceTrx } from '../../../storage/storage.ts';
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

type Parts = { readonly storage: Storage; readonly clock: Clock };

/** Milliseconds that a link waits for others, so that they are written together. */
const gatherMs = 3;
const mostTogether = 200;

interface Waiting {
  readonly draft: LinkDraft;
  readonly done: PromiseWithResolvers<void>;
}

/** Drafts of each workspace that are not written yet. */
const gathering = new WeakMap<Storage, Map<string, Waiting[]>>();

/**
 * Puts a link on record with its end user and its event, together with those that others ask for at that moment: one
 * transaction for all of a workspace. Resolves when it is on disk.
 */
export async function writeLink(parts: Parts, workspaceId: string, draft: LinkDraft): Promise<void> {
  const waiting: Waiting = { draft, done: Promise.withResolvers() };
  const groups = gathering.get(parts.storage) ?? new Map<string, Waiting[]>();
  gathering.set(parts.storage, groups);
  const group = groups.get(workspaceId);
  if (group) group.push(waiting);
  else {
    const begun = [waiting];
    groups.set(workspaceId, begun);
    void writeSoon(parts, workspaceId, { begun, groups });
  }
  return waiting.done.promise;
}

interface Group {
  readonly begun: readonly Waiting[];
  readonly groups: Map<string, Waiting[]>;
}

async function writeSoon(parts: Parts, workspaceId: string, { begun, groups }: Group): Promise<void> {
  await sleep(gatherMs);
  groups.delete(workspaceId);
  for (let at = 0; at < begun.length; at += mostTogether)
    await writeTogether(parts, workspaceId, begun.slice(at, at + mostTogether));
}

/** Where they cannot be written together each is written by itself, so that none fails for another. */
async function writeTogether(parts: Parts, workspaceId: string, group: readonly Waiting[]): Promise<void> {
  const write = (some: readonly Waiting[]) =>
    parts.storage.workspace(workspaceId).transact((trx) =>
      insertDrafts(
        trx,
        parts.clock,
        some.map(({ draft }) => draft),
      ),
    );
  try {
    await write(group);
    for (const { done } of group) done.resolve();
  } catch (error) {
    if (group.length === 1) group[0]?.done.reject(error);
    else for (const each of group) await write([each]).then(each.done.resolve, each.done.reject);
  }
}

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
