// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface ErasureReceipt {
  /** What stands in the records where they were named. */
  readonly pseudonym: string;
  /** Events that named them. */
  readonly events: number;
  readonly calls: number;
  readonly approvals: number;
  /** Revoked connections that were theirs alone. */
  readonly connections: number;
  /** Ended keys of theirs, deleted. */
  readonly keys: number;
  /** Invitations to their address, deleted. */
  readonly invitations: number;
  /** Kept where they are in another workspace, or operate the installation. */
  readonly account: 'deleted' | 'kept';
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
  readonly joined_at: string;
}

export interface ChangeRoleBody {
  readonly role: 'VIEWER' | 'MEMBER' | 'MANAGER' | 'ADMIN' | 'OWNER';
}

export interface ListMembersQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The methods under `plugboard.members`. */
export interface MembersMethods {
  /**
   * The members of the workspace, newest first.
   *
   * Needs the role VIEWER or above and the scope `members:read`.
   */
  list(query?: ListMembersQuery, options?: Options): List<Member>;
  /**
   * Gives a member another role, never above one’s own.
   *
   * Needs the role ADMIN or above and the scope `members:write`.
   */
  update(userId: string, body: ChangeRoleBody, options?: Options): Promise<void>;
  /**
   * Removes a member with their keys in this workspace. One may remove oneself; others take the role ADMIN.
   *
   * Needs the role VIEWER or above and the scope `members:write`.
   */
  remove(userId: string, options?: Options): Promise<void>;
  /**
   * Forgets somebody who was removed: a pseudonym takes their place in all records, which still verify, and what was theirs alone is deleted.
   *
   * Needs the role ADMIN or above and the scope `members:write`.
   */
  erase(userId: string, options?: Options): Promise<ErasureReceipt>;
}

/** How they are sent. */
export function membersOf(send: Send): MembersMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/members', query }, options),
    update: (userId, body, options) =>
      send.nothing({ method: 'PATCH', path: at`/api/v1/members/${userId}`, body }, options),
    remove: (userId, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/members/${userId}` }, options),
    erase: (userId, options) =>
      send.object({ method: 'POST', path: at`/api/v1/members/${userId}/erase`, repeatable: true }, options),
  };
}
