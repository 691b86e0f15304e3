import { Failure } from '../../errors.ts';
import type { Acting } from '../acting.ts';
import { type Caller, roleAtLeast } from '../caller.ts';
import { makingFor } from './as-end-user.ts';
import { type EndUser, keepEndUser, type NamedEndUser } from './end-user-store.ts';

/** An end user, and the caller who makes something for them. */
export interface MakingForEndUser {
  readonly endUser: EndUser;
  readonly caller: Caller;
}

/**
 * The caller making something for an end user, who is on record from now on. Throws FORBIDDEN for a credential that may not:
 * that of an end user, or without MANAGER and `end_users:write`.
 */
export async function makeForEndUser({ db, caller, clock }: Acting, named: NamedEndUser): Promise<MakingForEndUser> {
  requireMakesForEndUsers(caller);
  const endUser = await db.transact((trx) => keepEndUser(trx, clock, named));
  return { endUser, caller: makingFor(caller, endUser) };
}

function requireMakesForEndUsers({ role, scopes, endUser }: Caller): void {
  if (endUser !== undefined)
    throw new Failure('FORBIDDEN', 'The token of an end user acts for that one alone. Leave end_user out.');
  if (roleAtLeast(role, 'MANAGER') && scopes.has('end_users:write')) return;
  throw new Failure('FORBIDDEN', 'Making something for an end user takes MANAGER and the scope end_users:write.');
}
