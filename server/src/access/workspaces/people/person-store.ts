import type { Clock } from '../../../lib/clock.ts';
import { isoTime } from '../../../lib/clock.ts';
import { newId } from '../../../lib/ids.ts';
import type { Storage, SystemTrx, WorkspaceRows, WorkspaceTrx } from '../../../storage/storage.ts';
import '../../tables.ts';

/** Somebody who signs in, as others may see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

type Rows = Pick<SystemTrx | WorkspaceTrx, 'rows'>;

/** Adds a person in the form Better Auth reads. False where somebody has this e-mail already. */
export async function insertPerson({ rows }: Rows, clock: Clock, person: Person): Promise<boolean> {
  const now = isoTime(clock);
  const inserted = await rows
    .insertInto('people')
    .values({
      ...person,
      email: person.email.toLowerCase(),
      email_verified: 0,
      image: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Sets the password a person signs in with, made by `PeopleAuth.hashPassword`. */
export async function putPassword(
  { rows }: Rows,
  clock: Clock,
  { userId, hash }: { userId: string; hash: string },
): Promise<void> {
  const now = isoTime(clock);
  await rows
    .insertInto('sign_ins')
    .values({
      id: newId(clock.now()),
      account_id: userId,
      provider_id: 'credential',
      user_id: userId,
      password: hash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'account_id']).doUpdateSet({ password: hash, updated_at: now }),
    )
    .execute();
}

/** Makes somebody a member of the transaction's workspace. False where they are one already. */
export async function insertMember(
  trx: WorkspaceTrx,
  clock: Clock,
  member: { userId: string; role: string },
): Promise<boolean> {
  const inserted = await trx.rows
    .insertInto('members')
    .values({ id: newId(clock.now()), user_id: member.userId, role: member.role, created_at: isoTime(clock) })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Puts a person into a crew of the transaction's workspace. False where they are in it already. */
export async function insertCrewMember(
  { rows }: Rows,
  clock: Clock,
  { crewId, userId }: { crewId: string; userId: string },
): Promise<boolean> {
  const inserted = await rows
    .insertInto('crew_members')
    .values({ id: newId(clock.now()), crew_id: crewId, user_id: userId, created_at: isoTime(clock) })
    .onConflict((conflict) => conflict.columns(['crew_id', 'user_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Somebody by their id. */
export function findPerson({ rows }: Pick<Storage, 'rows'>, id: string): Promise<Person | undefined> {
  return rows.selectFrom('people').select(['id', 'name', 'email']).where('id', '=', id).executeTakeFirst();
}

/** Whether the person is in the workspace. */
export async function isMember({ rows }: WorkspaceRows, userId: string): Promise<boolean> {
  const member = await rows.selectFrom('members').select('id').where('user_id', '=', userId).executeTakeFirst();
  return member !== undefined;
}
