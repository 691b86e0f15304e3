import { Failure } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { WorkspaceRows } from '../storage/storage.ts';
import { type Caller, roleAtLeast } from './caller.ts';
import { roleOf } from './keys/api-key-store.ts';
import { lesser } from './keys/decide-mint.ts';
import './tables.ts';

/**
 * The caller acting for a member of the workspace, named by id or e-mail: with the lesser of both roles, over what both may
 * use, and on record with both. It takes ADMIN, because it puts another's name on record. Throws FORBIDDEN and BAD_REQUEST.
 */
export async function actFor(db: WorkspaceRows, caller: Caller, named: string): Promise<Caller> {
  if (!roleAtLeast(caller.role, 'ADMIN'))
    throw new Failure('FORBIDDEN', `Calling on behalf of a member takes the role ADMIN; yours is ${caller.role}.`);
  const member = await findMember(db, named);
  if (!member)
    throw new Failure('BAD_REQUEST', 'run_as names nobody in this workspace. Give the id or e-mail of a member.');
  const crews = await crewsIn(db, member.id);
  return { ...caller, role: lesser(caller.role, roleOf(member.role)), onBehalfOf: { userId: member.id, crews } };
}

function findMember(db: WorkspaceRows, named: string) {
  return db.rows
    .selectFrom('members')
    .innerJoin('people', 'people.id', 'members.user_id')
    .select(['people.id', 'members.role'])
    .where(isUuid(named) ? 'people.id' : 'people.email', '=', named.toLowerCase())
    .executeTakeFirst();
}

async function crewsIn(db: WorkspaceRows, userId: string): Promise<ReadonlySet<string>> {
  const rows = await db.rows.selectFrom('crew_members').select('crew_id').where('user_id', '=', userId).execute();
  return new Set(rows.map((row) => row.crew_id));
}
