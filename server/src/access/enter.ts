import { Failure } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { Storage } from '../storage/storage.ts';
import type { Identity, WorkspaceWish } from './access.ts';
import { scopes } from './caller.ts';
import type { Caller, Scope } from './caller.ts';
import { roleOf } from './keys/api-key-store.ts';
import { crewsOf, readInstance } from './keys/known-keys.ts';
import type { KnownCredential } from './keys/known-credentials.ts';

/** A person in front of us may do all their role allows; what lets a program go unasked is given to programs (RULINGS, Everywhere 14). */
const sessionScopes: ReadonlySet<Scope> = scopesWithout(['tools:write_unasked', 'oauth:direct']);

/** A token may be in a program's hands: it decides nothing and hands out nothing (S3, RULINGS Everywhere 13). */
const jwtScopes: ReadonlySet<Scope> = scopesWithout([
  'tools:write_unasked',
  'oauth:direct',
  'approvals:decide',
  'admin',
  'secrets:reveal',
  'keys:write',
  'members:write',
  'end_users:write',
  'connect_links:write',
  'user_tokens:write',
  'webhooks:write',
]);

/** A key, or the token of an end user, acts in its own workspace; naming another is refused like any one is no member of. */
export function enterOwn(known: KnownCredential, { named }: WorkspaceWish): Caller {
  if (named === undefined || named === known.caller.workspaceId || named === known.workspaceSlug) return known.caller;
  throw notAMember();
}

/** The person in the workspace asked for, or in their only one (RULINGS, Everywhere 6). */
export async function enterAsPerson(storage: Storage, identity: Identity, wish: WorkspaceWish): Promise<Caller> {
  const { via, principal, userId } = identity;
  const membership = await chooseMembership(storage, userId, wish);
  const { workspaceId } = membership;
  const { operatorId } = await readInstance(storage);
  return {
    via,
    principal,
    userId,
    workspaceId,
    role: roleOf(membership.role),
    scopes: via === 'jwt' ? jwtScopes : sessionScopes,
    crews: await crewsOf(storage, { workspaceId, userId }),
    operator: via === 'session' && operatorId === userId,
    key: undefined,
  };
}

interface Membership {
  readonly workspaceId: string;
  readonly role: string;
}

async function chooseMembership(storage: Storage, userId: string, { named }: WorkspaceWish): Promise<Membership> {
  let query = storage.rows
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.workspace_id as workspaceId', 'members.role'])
    .where('members.user_id', '=', userId);
  if (named !== undefined)
    query = query.where(isUuid(named) ? 'workspaces.id' : 'workspaces.slug', '=', named.toLowerCase());
  const [only, another] = await query.limit(2).execute();
  if (only === undefined) throw named === undefined ? memberOfNone() : notAMember();
  if (another !== undefined) {
    throw new Failure(
      'BAD_REQUEST',
      'You are a member of several workspaces. Name one in ?workspace_id= or the header X-Workspace.',
    );
  }
  return only;
}

function notAMember(): Failure {
  return new Failure('FORBIDDEN', 'You are not a member of the workspace you named.');
}

function memberOfNone(): Failure {
  return new Failure('FORBIDDEN', 'You are not a member of any workspace. Ask an admin for an invitation.');
}

function scopesWithout(missing: readonly Scope[]): ReadonlySet<Scope> {
  return new Set(scopes.filter((scope) => !missing.includes(scope)));
}
