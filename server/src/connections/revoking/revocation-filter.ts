import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../../storage/schema.ts';
import { connectionScopes } from '../connection.ts';

const time = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at).toISOString())
  .pipe(z.iso.datetime());

/**
 * Which connections are revoked: those that everything said here is true of. As it is asked for it names an end user as their
 * app does, as it is kept by our own id (`resolve-filter.ts`).
 */
export const revocationFilter = z
  .strictObject({
    connector: z.string().min(1).max(100).optional().describe('The id of a connector.'),
    created_before: time.optional(),
    scope: z
      .enum([...connectionScopes, 'end_users'])
      .optional()
      .describe('personal: of members; end_users: of the end users of apps.'),
    owner: z.string().min(1).max(100).optional().describe('Whose personal connections: the id of a person.'),
    end_user: z.string().min(1).max(200).optional().describe('An end user, as their app calls them.'),
    ids: z.array(z.uuid().toLowerCase()).min(1).max(1000).optional(),
    all: z.literal(true).optional().describe('Every connection of the workspace; stands alone.'),
  })
  .refine((filter) => Object.values(filter).some((value) => value !== undefined), {
    error: 'An empty filter revokes nothing. Say which connections, or {"all": true} for every one.',
  })
  .refine(({ all, ...others }) => all === undefined || Object.values(others).every((value) => value === undefined), {
    error: '"all" stands alone: leave it out, or leave out everything else.',
  })
  .describe('At least one condition; a connection is meant where all of them hold.');

export type RevocationFilter = z.output<typeof revocationFilter>;

type Where = ExpressionBuilder<Tables, 'connections'>;

/** The condition that a connection is one of them: not deleted yet, and no agent endpoint. */
export function isMeant(
  where: Where,
  { connector, created_before: before, scope, owner, end_user: endUser, ids }: RevocationFilter,
): Expression<SqlBool> {
  return where.and([
    where('deleted_at', 'is', null),
    where('connector_id', 'not like', 'agent:%'),
    ...(connector === undefined ? [] : [where('connector_id', '=', connector)]),
    ...(before === undefined ? [] : [where('created_at', '<', before)]),
    ...(scope === undefined ? [] : [hasScope(where, scope)]),
    ...(owner === undefined ? [] : [where('owner_user_id', '=', owner)]),
    ...(endUser === undefined ? [] : [where('end_user_id', '=', endUser)]),
    ...(ids === undefined ? [] : [where('id', 'in', ids)]),
  ]);
}

/** What is personal to a member is nothing of an end user's, and the other way round. */
function hasScope(where: Where, scope: NonNullable<RevocationFilter['scope']>): Expression<SqlBool> {
  if (scope === 'end_users') return where('end_user_id', 'is not', null);
  return where.and([where('scope', '=', scope), where('end_user_id', 'is', null)]);
}
