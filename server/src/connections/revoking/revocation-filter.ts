import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../../storage/schema.ts';
import { connectionScopes } from '../connection.ts';

const time = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at).toISOString())
  .pipe(z.iso.datetime());

/** Which connections are revoked, as it is asked for and kept: those that everything said here is true of. */
export const revocationFilter = z
  .strictObject({
    connector: z.string().min(1).max(100).optional().describe('The id of a connector.'),
    created_before: time.optional(),
    scope: z.enum(connectionScopes).optional(),
    owner: z.string().min(1).max(100).optional().describe('Whose personal connections: the id of a person.'),
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

/** The condition that a connection is one of them: not deleted yet, and no agent endpoint. */
export function isMeant(
  where: ExpressionBuilder<Tables, 'connections'>,
  { connector, created_before: before, scope, owner, ids }: RevocationFilter,
): Expression<SqlBool> {
  return where.and([
    where('deleted_at', 'is', null),
    where('connector_id', 'not like', 'agent:%'),
    ...(connector === undefined ? [] : [where('connector_id', '=', connector)]),
    ...(before === undefined ? [] : [where('created_at', '<', before)]),
    ...(scope === undefined ? [] : [where('scope', '=', scope)]),
    ...(owner === undefined ? [] : [where('owner_user_id', '=', owner)]),
    ...(ids === undefined ? [] : [where('id', 'in', ids)]),
  ]);
}
