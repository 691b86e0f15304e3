import { appendEvent } from '../../events/append-event.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage, SystemTrx } from '../../storage/storage.ts';
import '../tables.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'person.sign_in_tied': { readonly issuer: string };
  }
}

/** Somebody at an identity provider: the pair that identifies, never an e-mail address (S26, OpenID Connect Core §5.7). */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

/** The person who signs in as this subject, for browsers and bearer tokens alike. */
export async function findTied({ rows }: Pick<Storage, 'rows'>, who: Subject): Promise<string | undefined> {
  const tied = await rows
    .selectFrom('sign_ins')
    .select('user_id')
    .where('provider_id', '=', providerId(who))
    .where('account_id', '=', who.subject)
    .executeTakeFirst();
  return tied?.user_id;
}

/** Lets a person sign in as this subject from now on, on record in each of their workspaces. False where somebody else does. */
export async function tie(
  storage: Storage,
  clock: Clock,
  wish: Subject & { readonly userId: string },
): Promise<boolean> {
  return storage.transact(async (trx) => {
    if (await insertTie(trx, clock, wish)) {
      await record(trx, clock, wish);
      return true;
    }
    return (await findTied(trx, wish)) === wish.userId;
  });
}

async function insertTie(
  { rows }: SystemTrx,
  clock: Clock,
  { userId, ...who }: Subject & { readonly userId: string },
): Promise<boolean> {
  const now = isoTime(clock);
  const inserted = await rows
    .insertInto('sign_ins')
    .values({
      id: newId(clock.now()),
      account_id: who.subject,
      provider_id: providerId(who),
      user_id: userId,
      password: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.columns(['provider_id', 'account_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

async function record(
  trx: SystemTrx,
  clock: Clock,
  { userId, issuer }: Subject & { readonly userId: string },
): Promise<void> {
  const memberships = await trx.rows
    .selectFrom('members')
    .select('workspace_id')
    .where('user_id', '=', userId)
    .execute();
  const actor = { principal: 'system', userId };
  const event = { type: 'person.sign_in_tied', actor, subject: `person:${userId}`, data: { issuer } } as const;
  for (const { workspace_id } of memberships) await appendEvent(trx.workspace(workspace_id), clock, event);
}

function providerId({ issuer }: Subject): string {
  return `oidc:${issuer}`;
}
