import { Failure } from '../../../errors.ts';
import { actorOf, appendEvent } from '../../../events/append-event.ts';
import { pageStart } from '../../../events/page-start.ts';
import { isoTime } from '../../../lib/clock.ts';
import type { Page } from '../../../lib/cursor.ts';
import type { WorkspaceDb, WorkspaceTrx } from '../../../storage/storage.ts';
import type { Acting, PageQuery } from '../../acting.ts';
import { pageBy } from '../../page-by.ts';
import { requireAuthority } from '../../acting.ts';
import { roleAtLeast } from '../../caller.ts';
import type { Caller, Role } from '../../caller.ts';
import { bumpGeneration } from '../../generations.ts';
import { endKeysOf, findKey, roleOf } from '../../keys/api-key-store.ts';
import { readInstance } from '../../keys/known-keys.ts';
import { isoMoment } from '../../tables.ts';
import type { Person } from './person-store.ts';

declare module '../../../events/append-event.ts' {
  interface EventTypes {
    'member.role_changed': { readonly from: Role; readonly to: Role };
    'member.removed': { readonly role: Role };
  }
}

/** A person in a workspace. `id` is the person's. */
export interface Member extends Person {
  readonly role: Role;
  readonly joinedAt: string;
}

/** The members of the workspace, newest first. */
export async function listMembers(db: WorkspaceDb, page: PageQuery): Promise<Page<Member>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await db.rows
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.user_id')
    .select(['people.id', 'people.name', 'people.email', 'members.role', 'members.created_at'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('members.created_at', 'people.id'), '<', tuple(at, id)))
    .orderBy('members.created_at', 'desc')
    .orderBy('people.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const members = rows.map(({ id: userId, name, email, role, created_at }): Member => ({
    id: userId,
    name,
    email,
    role: roleOf(role),
    joinedAt: isoMoment(created_at),
  }));
  return pageBy(members, page.limit, (member) => member.joinedAt);
}

/** Gives a member another role: never above one's own, never to somebody above oneself, and an OWNER is left. */
export async function changeRole(
  acting: Acting,
  { userId, role }: { readonly userId: string; readonly role: Role },
): Promise<void> {
  const { caller, db, clock } = acting;
  requireAuthority(caller);
  requireRank(caller, role);
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const from = await roleOfMember(trx, userId);
    requireRank(caller, from);
    if (role !== 'OWNER') await requireAnotherOwner(trx, userId, from);
    await trx.rows.updateTable('members').set({ role }).where('user_id', '=', userId).execute();
    const data = { from, to: role };
    await appendEvent(trx, clock, {
      type: 'member.role_changed',
      actor: actorOf(caller),
      subject: `member:${userId}`,
      data,
    });
  });
}

/** Removes a member with their keys and crews in this workspace; one may remove oneself. An OWNER is left. */
export async function removeMember({ caller, db, clock }: Acting, userId: string): Promise<void> {
  requireAuthority(caller);
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const role = await roleOfMember(trx, userId);
    if (userId !== caller.userId) {
      if (!roleAtLeast(caller.role, 'ADMIN')) throw new Failure('FORBIDDEN', 'Removing others takes the role ADMIN.');
      requireRank(caller, role);
    }
    await requireAnotherOwner(trx, userId, role);
    await endKeysOf(trx, userId, isoTime(clock));
    await leaveCrews(trx, userId);
    await trx.rows.deleteFrom('members').where('user_id', '=', userId).execute();
    await appendEvent(trx, clock, {
      type: 'member.removed',
      actor: actorOf(caller),
      subject: `member:${userId}`,
      data: { role },
    });
  });
}

async function roleOfMember(trx: WorkspaceTrx, userId: string): Promise<Role> {
  const member = await trx.rows.selectFrom('members').select('role').where('user_id', '=', userId).executeTakeFirst();
  if (member === undefined) throw new Failure('NOT_FOUND', 'There is no such member in this workspace.');
  return roleOf(member.role);
}

function requireRank(caller: Caller, role: Role): void {
  if (roleAtLeast(caller.role, role)) return;
  throw new Failure('FORBIDDEN', `The role ${role} is above yours (${caller.role}): ask somebody who has it.`);
}

/** The transaction has bumped the generation first, and so two of these never rule at the same time in one workspace. */
async function requireAnotherOwner(trx: WorkspaceTrx, userId: string, role: Role): Promise<void> {
  if (role !== 'OWNER') return;
  const another = await trx.rows
    .selectFrom('members')
    .select('id')
    .where('role', '=', 'OWNER')
    .where('user_id', '!=', userId)
    .executeTakeFirst();
  if (another === undefined)
    throw new Failure('CONFLICT', 'This is the last OWNER of the workspace. Make somebody else OWNER first.');
  const { operatorId, firstKeyId } = await readInstance(trx);
  if (operatorId !== userId || firstKeyId === undefined || (await findKey(trx, firstKeyId)) === undefined) return;
  throw new Failure(
    'CONFLICT',
    'The operator stays OWNER of the first workspace: the first admin key acts for them there.',
  );
}

async function leaveCrews(trx: WorkspaceTrx, userId: string): Promise<void> {
  await trx.rows
    .deleteFrom('crew_members')
    .where('user_id', '=', userId)
    .where('crew_id', 'in', (eb) => eb.selectFrom('crews').select('crews.id'))
    .execute();
}
