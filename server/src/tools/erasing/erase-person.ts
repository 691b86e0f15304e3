import { requireAuthority } from '../../access/acting.ts';
import { isMember } from '../../access/workspaces/people/person-store.ts';
import { eraseFromCalls, eraseFromEvents, type Forgotten } from '../../calls/audit/erase-from-logs.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { openChain } from '../../events/chain/chain.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import { eraseFromRows } from './erase-from-rows.ts';
import { forgetAccount } from './forget-account.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'member.erased': Omit<ErasureReceipt, 'pseudonym'>;
  }
}

/** What was done to forget somebody, without saying who it was. */
export interface ErasureReceipt {
  /** What stands in the records where they were named. */
  readonly pseudonym: string;
  readonly events: number;
  readonly calls: number;
  readonly approvals: number;
  readonly connections: number;
  readonly keys: number;
  readonly invitations: number;
  /** Their account: deleted, or kept because they are in another workspace or operate the installation. */
  readonly account: 'deleted' | 'kept';
}

type Parts = Pick<Context, 'db' | 'storage' | 'vault' | 'clock' | 'caller' | 'access'>;

/** Throws NOT_FOUND where nothing in this workspace names the person. */
export async function requireTrace({ db }: Pick<Context, 'db'>, userId: string): Promise<void> {
  if (await isMember(db, userId)) return;
  const keys = db.rows.selectFrom('api_keys').select('id').where('user_id', '=', userId).limit(1);
  if ((await keys.executeTakeFirst()) !== undefined) return;
  const events = db.rows.selectFrom('events').select('id').where('subject', '=', `member:${userId}`).limit(1);
  if ((await events.executeTakeFirst()) !== undefined) return;
  throw new Failure('NOT_FOUND', 'Nobody of this id is or was a member of this workspace.');
}

/**
 * Forgets somebody who was removed: a pseudonym takes the place of their id and e-mail address in everything that stays, and
 * what was theirs alone goes. May be repeated where it was cut off. Throws CONFLICT for a member, and while a connection is
 * theirs alone.
 */
export async function erasePerson(ctx: Parts, userId: string): Promise<ErasureReceipt> {
  const { db, caller, clock } = ctx;
  requireAuthority(caller);
  await refuseTooEarly(db, userId);
  const email = await emailOf(ctx, userId);
  const { people } = openChain(ctx.vault, db.workspaceId);
  const forgotten = { people, identities: new Set([userId, ...(email === undefined ? [] : [email])]) };
  const rows = await eraseRows(db, forgotten, { userId, email });
  const logs = { events: await eraseFromEvents(db, forgotten), calls: await eraseFromCalls(db, forgotten) };
  const receipt = { ...logs, ...rows, account: await forgetAccount(ctx.storage, { userId, email }) };
  const pseudonym = people.of(userId);
  await db.transact((trx) =>
    appendEvent(trx, clock, {
      type: 'member.erased',
      actor: actorOf(caller),
      subject: `member:${pseudonym}`,
      data: receipt,
    }),
  );
  return { pseudonym, ...receipt };
}

async function refuseTooEarly(db: WorkspaceDb, userId: string): Promise<void> {
  if (await isMember(db, userId))
    throw new Failure('CONFLICT', 'They are a member of this workspace. Remove them first.');
  const own = await db.rows
    .selectFrom('connections')
    .select('handle')
    .where('owner_user_id', '=', userId)
    .where('deleted_at', 'is', null)
    .execute();
  if (own.length === 0) return;
  const handles = own.map(({ handle }) => handle).join(', ');
  throw new Failure(
    'CONFLICT',
    `Connections are theirs alone: ${handles}. Revoke them first, so that their secrets go.`,
  );
}

async function emailOf({ storage }: Pick<Parts, 'storage'>, userId: string): Promise<string | undefined> {
  const person = storage.rows.selectFrom('people').select('email').where('id', '=', userId);
  return (await person.executeTakeFirst())?.email.toLowerCase();
}

interface Named {
  readonly userId: string;
  readonly email: string | undefined;
}

/** What is few enough for one transaction. */
async function eraseRows(db: WorkspaceDb, forgotten: Forgotten, { userId, email }: Named) {
  return db.transact(async (trx) => {
    const erased = await eraseFromRows(trx, forgotten, { userId, isMember: true });
    await trx.rows.deleteFrom('user_tokens').where('maker_user_id', '=', userId).execute();
    const keys = await trx.rows.deleteFrom('api_keys').where('user_id', '=', userId).executeTakeFirst();
    const invited = trx.rows.deleteFrom('invitations').where('email', '=', email ?? '');
    return {
      ...erased,
      keys: Number(keys.numDeletedRows),
      invitations: Number((await invited.executeTakeFirst()).numDeletedRows),
    };
  });
}
