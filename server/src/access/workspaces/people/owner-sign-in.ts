import { Failure } from '../../../errors.ts';
import { actorOf, appendEvent } from '../../../events/append-event.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { Secret } from '../../../lib/secret.ts';
import type { Storage, WorkspaceTrx } from '../../../storage/storage.ts';
import type { Acting } from '../../acting.ts';
import { passwordLength } from '../../sign-in/better-auth.ts';
import type { PeopleAuth } from '../../sign-in/better-auth.ts';
import { bumpGeneration } from '../../generations.ts';
import { readInstance } from '../../keys/known-keys.ts';
import { putPassword } from './person-store.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'person.sign_in_set': { readonly email: string };
  }
}

export interface OwnerSignIn {
  readonly email: string;
  readonly password: Secret;
  readonly name?: string | undefined;
  /** Refuses with CONFLICT where the owner has a password already, whoever of two was first. */
  readonly onlyFirst?: boolean;
}

/** Whether the owner of the installation has yet to choose a password. */
export async function awaitsOwner(storage: Pick<Storage, 'rows'>): Promise<boolean> {
  const { operatorId } = await readInstance(storage);
  return operatorId !== undefined && !(await hasPassword(storage, operatorId));
}

/** Sets how the owner signs in, against the first admin key alone; who is signed in as the owner is signed out. */
export async function setOwnerSignIn(
  acting: Acting & { readonly auth: Pick<PeopleAuth, 'hashPassword'> },
  wish: OwnerSignIn,
): Promise<void> {
  const { caller, db, clock, auth } = acting;
  if (caller.key?.first !== true) throw new Failure('FORBIDDEN', 'This takes the first admin key of the installation.');
  const email = wish.email.toLowerCase();
  const { userId } = caller;
  const hash = await auth.hashPassword(checkPassword(wish.password));
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (wish.onlyFirst === true && (await hasPassword(trx, userId))) throw alreadySet();
    await refuseTaken(trx, email, userId);
    const name = wish.name === undefined ? {} : { name: wish.name };
    await trx.rows
      .updateTable('people')
      .set({ email, updated_at: isoTime(clock), ...name })
      .where('id', '=', userId)
      .execute();
    await putPassword(trx, clock, { userId, hash });
    await trx.rows.deleteFrom('sessions').where('user_id', '=', userId).execute();
    await appendEvent(trx, clock, {
      type: 'person.sign_in_set',
      actor: actorOf(caller),
      subject: `person:${userId}`,
      data: { email },
    });
  });
}

/** The password in clear, for hashing. Throws BAD_REQUEST where it is too short or too long. */
export function checkPassword(password: Secret): string {
  const text = password.reveal();
  const { least, most } = passwordLength;
  if (text.length >= least && text.length <= most) return text;
  throw new Failure('BAD_REQUEST', `A password has ${least} to ${most} characters. Choose another.`);
}

async function hasPassword({ rows }: Pick<Storage | WorkspaceTrx, 'rows'>, userId: string): Promise<boolean> {
  const found = await rows
    .selectFrom('sign_ins')
    .select('id')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst();
  return found !== undefined;
}

function alreadySet(): Failure {
  return new Failure('CONFLICT', 'The owner has a password already. Sign in with it.');
}

async function refuseTaken(trx: WorkspaceTrx, email: string, userId: string): Promise<void> {
  const other = await trx.rows
    .selectFrom('people')
    .select('id')
    .where('email', '=', email)
    .where('id', '!=', userId)
    .executeTakeFirst();
  if (other !== undefined) throw new Failure('CONFLICT', 'Somebody else signs in with this e-mail address.');
}
