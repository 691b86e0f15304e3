import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Acting } from '../acting.ts';
import { bumpGeneration } from '../generations.ts';
import { type EndUser, findEndUser, keepEndUser, readEndUser } from './end-user-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    /** What an app said anew of an end user, never what it says. */
    'end_user.changed': { readonly created: boolean; readonly fields: readonly string[] };
  }
}

/** What an app says of an end user: what is left out stays, null takes it away. */
export interface EndUserEdit {
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/** The end user that the app calls so, made where there is none yet, as it is said now. What is so already is no event. */
export function changeEndUser({ db, caller, clock }: Acting, id: string, edit: EndUserEdit): Promise<EndUser> {
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const before = await findEndUser(trx, id);
    const kept = await keepEndUser(trx, clock, { id, name: edit.name ?? undefined, email: edit.email ?? undefined });
    const after = await takeAway(trx, kept, { edit, now: isoTime(clock) });
    const fields = (['name', 'email'] as const).filter((field) => (before?.[field] ?? null) !== after[field]);
    if (before !== undefined && fields.length === 0) return after;
    await appendEvent(trx, clock, {
      type: 'end_user.changed',
      actor: actorOf(caller),
      subject: subjectOf(after),
      data: { created: before === undefined, fields },
    });
    return after;
  });
}

/** An end user as events name them: by our own id, which says nothing once they are erased. */
export function subjectOf({ id }: Pick<EndUser, 'id'>): string {
  return `end_user:${id}`;
}

async function takeAway(
  trx: WorkspaceTrx,
  kept: EndUser,
  { edit, now }: { readonly edit: EndUserEdit; readonly now: string },
): Promise<EndUser> {
  const gone = {
    ...(edit.name === null && kept.name !== null ? { name: null } : {}),
    ...(edit.email === null && kept.email !== null ? { email: null } : {}),
  };
  if (Object.keys(gone).length === 0) return kept;
  const changed = trx.rows
    .updateTable('end_users')
    .set({ ...gone, updated_at: now })
    .where('id', '=', kept.id);
  return readEndUser(await changed.returningAll().executeTakeFirstOrThrow());
}
