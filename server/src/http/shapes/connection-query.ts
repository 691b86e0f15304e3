import { findEndUser } from '../../access/end-users/end-user-store.ts';
import { roleAtLeast } from '../../access/caller.ts';
import type { ListWish } from '../../connections/listing/list-connections.ts';
import { requireManagesEndUsers } from '../../connections/see-connection.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';

/** What of the list of connections somebody asks for. */
export interface ConnectionQuery {
  readonly scope?: 'personal' | 'workspace' | 'end_users' | undefined;
  readonly end_user?: string | undefined;
  readonly connector?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly cursor?: string | undefined;
}

/**
 * What is listed; `undefined` where that is nothing, because no app has named the end user. Throws FORBIDDEN where the caller
 * may not see so much, and BAD_REQUEST for an end user in another scope.
 */
export async function readListWish(ctx: Context, query: ConnectionQuery): Promise<ListWish | undefined> {
  const { scope = 'personal', end_user: endUser, connector: connectorId, metadata = {}, cursor: before } = query;
  const wish = { caller: ctx.caller, connectorId, tags: Object.entries(metadata), before };
  if (scope === 'workspace') requireManager(ctx);
  if (endUser === undefined && scope !== 'end_users')
    return { ...wish, whose: scope === 'workspace' ? 'shared' : 'own' };
  requireManagesEndUsers(ctx.caller);
  if (endUser === undefined) return { ...wish, whose: 'end_users' };
  if (query.scope !== undefined && scope !== 'end_users') throw new Failure('BAD_REQUEST', elsewhere);
  const found = await findEndUser(ctx.db, endUser);
  return found && { ...wish, whose: 'end_users', endUserId: found.id };
}

function requireManager({ caller }: Context): void {
  if (roleAtLeast(caller.role, 'MANAGER')) return;
  throw new Failure(
    'FORBIDDEN',
    'Shared connections are listed for a MANAGER and above. Leave out scope=workspace for your own.',
  );
}

const elsewhere = 'The connections of an end user are in scope=end_users alone. Leave out scope, or end_user.';

/** Where a bare array that was too long for one answer goes on (RULINGS, Everywhere 9; RFC 8288). */
export function addressAfter(publicUrl: string, { metadata, ...query }: ConnectionQuery, id: string): string {
  const tags = Object.entries(metadata ?? {}).map(([name, value]) => [`metadata[${name}]`, value] as const);
  const rest = new URLSearchParams();
  for (const [name, value] of [...Object.entries(query), ...tags]) if (value !== undefined) rest.set(name, value);
  rest.set('cursor', id);
  return `${publicUrl}/api/v1/connections?${rest}`;
}
