import { z } from 'zod';
import type { EndUser } from '../../access/end-users/end-user-store.ts';
import { outcomes } from '../../connections/revoking/receipt-store.ts';
import type { ErasureReport } from '../../tools/erasing/see-erasure.ts';

const line = /^[^\p{Cc}\p{Cs}]{1,200}$/u;
const text = z.string().regex(line, 'is not 1 to 200 characters of one line');

/** An end user as their app calls them. What a step of an address cannot be is no id either (RFC 3986 §3.3). */
export const endUserId = text.refine((id) => id !== '.' && id !== '..', { error: 'is not an id' });

/** An end user as an app names them: what is left out stays as it is. */
export const namedEndUser = z.strictObject({
  id: endUserId.describe('As the app calls them.'),
  name: text.optional(),
  email: text.optional(),
});

/** What an app says anew of one: null takes it away. */
export const endUserEdit = z.strictObject({ name: text.nullish(), email: text.nullish() });

export const endUserItem = z
  .object({
    id: z.string().describe('As the app calls them.'),
    name: z.string().nullable(),
    email: z.string().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'EndUser' });

export function showEndUser({ externalId, name, email, createdAt, updatedAt }: EndUser): z.output<typeof endUserItem> {
  return { id: externalId, name, email, created_at: createdAt, updated_at: updatedAt };
}

/** One end user, and how much is theirs. */
export const endUserDetail = z
  .object({
    ...endUserItem.shape,
    connections: z.number().int().describe('How many they have.'),
    tokens: z.number().int().describe('How many are in force.'),
  })
  .meta({ id: 'EndUserDetail' });

/** What was done to forget an end user, without saying who it was. */
export const endUserErasure = z
  .object({
    end_user: z.string().describe('The pseudonym that stands in the records where they were named.'),
    connections: z
      .array(z.object({ id: z.uuid(), connector: z.string(), outcome: z.enum(outcomes) }))
      .describe('Those that were revoked, a thousand at most, and what their providers said until now.'),
    tokens: z.number().int().describe('User tokens that were ended.'),
    links: z.number().int().describe('Connect links that were deleted.'),
    approvals: z.number().int(),
    files: z.number().int().describe('Files that were deleted.'),
    calls: z.number().int().nullable().describe('Calls that named them; null until all were looked at.'),
    events: z.number().int().nullable(),
    revocation_id: z.uuid(),
    begun_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable().describe('Null while it goes on in the background.'),
  })
  .meta({ id: 'EndUserErasure' });

export function showErasure({ pseudonym, erasure, connections }: ErasureReport): z.output<typeof endUserErasure> {
  const { counts, revocationId, begunAt, finishedAt } = erasure;
  return {
    end_user: pseudonym,
    connections: connections.map(({ id, connectorId, outcome }) => ({ id, connector: connectorId, outcome })),
    tokens: counts.tokens,
    links: counts.links,
    approvals: counts.approvals,
    files: counts.files,
    calls: counts.calls,
    events: counts.events,
    revocation_id: revocationId,
    begun_at: begunAt,
    finished_at: finishedAt,
  };
}
