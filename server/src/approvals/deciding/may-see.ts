import type { Caller } from '../../access/caller.ts';
import { type Connection, mayUse } from '../../connections/connection.ts';
import type { Approval } from '../approval.ts';
import { decidesForEndUsers } from './decides-for-end-users.ts';

/**
 * Whether the caller sees a call that was asked for over this connection: whoever may use it does, and the app's key for
 * deciding where it is an end user's. End users see what they asked for themselves, by a link nothing but what it is for.
 */
export function maySee(caller: Caller, connection: Connection, { id, principal }: Asked): boolean {
  if (caller.via === 'connect_link' && caller.endUser?.decides !== id) return false;
  if (caller.endUser && principal !== caller.principal) return false;
  if (mayUse(caller, connection)) return true;
  return connection.endUser !== null && connection.workspaceId === caller.workspaceId && decidesForEndUsers(caller);
}

type Asked = Pick<Approval, 'id' | 'principal'>;
