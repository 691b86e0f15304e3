import { Readable } from 'node:stream';
import { z } from 'zod';
import { effects } from '../../catalog/format/tool.ts';
import { type Connection, connectionScopes, connectionStatuses } from '../../connections/connection.ts';
import type { Preview } from '../../connections/revoking/preview-revocation.ts';
import type { UsedConnection } from '../../connections/revoking/report-usage.ts';
import { type OutcomeCounts, outcomes, type Receipt } from '../../connections/revoking/receipt-store.ts';
import { revocationFilter } from '../../connections/revoking/revocation-filter.ts';
import type { Revocation } from '../../connections/revoking/revocation-store.ts';
import { listOf, showPage } from './list.ts';

/** A connection as lists of revoked ones name it. */
const named = {
  connection_id: z.uuid(),
  connector: z.string(),
  label: z.string(),
  handle: z.string(),
  scope: z.enum(connectionScopes),
  owner: z.string().nullable().describe('Whose personal connection it is: the id of a person.'),
  end_user: z.string().nullable().describe('The end user of an app whose it is, as the app calls them.'),
  account: z.string().nullable().describe('Who it is at the provider, when known.'),
};

function showNamed({ id, connectorId, label, handle, scope, ownerUserId, endUser, identity }: Connection) {
  return {
    connection_id: id,
    connector: connectorId,
    label,
    handle,
    scope,
    owner: endUser === null ? ownerUserId : null,
    end_user: endUser?.externalId ?? null,
    account: identity,
  };
}

const prospect = z
  .object({
    ...named,
    status: z.enum(connectionStatuses),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable().describe('As far as the log of calls goes back.'),
    revocable_at_provider: z.boolean(),
    message: z.string().nullable().describe('Why the provider would not be told.'),
  })
  .meta({ id: 'RevocationProspect' });

/** What a revocation would do. */
export const revocationPreview = z
  .object({
    dry_run: z.literal(true),
    count: z.number().int().describe('How many connections there are in all.'),
    ...listOf(prospect).shape,
  })
  .meta({ id: 'RevocationPreview' });

export function showPreview({ count, page }: Preview): z.output<typeof revocationPreview> {
  const shown = showPage(page, ({ connection, lastUsedAt, isRevocable, message }) => ({
    ...showNamed(connection),
    status: connection.status,
    created_at: connection.createdAt,
    last_used_at: lastUsedAt,
    revocable_at_provider: isRevocable,
    message,
  }));
  return { dry_run: true, count, ...shown };
}

/** How far a revocation is. */
export const revocationItem = z
  .object({
    id: z.uuid(),
    status: z
      .enum(['cutting_off', 'telling_providers', 'finished'])
      .describe('From telling_providers on, none of the connections is used any more.'),
    filter: revocationFilter.nullable().describe('Null where one connection was deleted by itself.'),
    used_since: z.iso.datetime().nullable(),
    principal: z.string().describe('The credential that asked for it: `key:…` or `session:…`.'),
    user_id: z.string(),
    created_at: z.iso.datetime(),
    cut_off_at: z.iso.datetime().nullable(),
    finished_at: z.iso.datetime().nullable(),
    progress: z.object({
      total: z.number().int(),
      waiting: z.number().int(),
      revoked_at_provider: z.number().int(),
      not_supported: z.number().int(),
      failed: z.number().int(),
    }),
  })
  .meta({ id: 'Revocation' });

export function showRevocation(revocation: Revocation, counts: OutcomeCounts): z.output<typeof revocationItem> {
  return {
    id: revocation.id,
    status: statusOf(revocation),
    filter: revocation.filter ?? null,
    used_since: revocation.usedSince,
    principal: revocation.principal,
    user_id: revocation.userId,
    created_at: revocation.createdAt,
    cut_off_at: revocation.cutOffAt,
    finished_at: revocation.finishedAt,
    progress: { total: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts },
  };
}

function statusOf({ cutOffAt, finishedAt }: Revocation) {
  if (finishedAt !== null) return 'finished';
  return cutOffAt === null ? 'cutting_off' : 'telling_providers';
}

/** What became of one connection. */
export const receiptItem = z
  .object({
    ...named,
    outcome: z.enum(outcomes),
    message: z.string().nullable().describe('Why, in words; of one that waits, why the last attempt came to nothing.'),
    attempts: z.number().int().describe('How often the provider was told in vain.'),
    secrets: z.enum(['sealed', 'destroyed']).describe('Sealed until the provider was told, and for that alone.'),
    cut_off_at: z.iso.datetime(),
    settled_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RevocationReceipt' });

export function showReceipt(receipt: Receipt, connection: Connection): z.output<typeof receiptItem> {
  return {
    ...showNamed(connection),
    outcome: receipt.outcome,
    message: receipt.message,
    attempts: receipt.attempts,
    secrets: receipt.outcome === 'waiting' ? 'sealed' : 'destroyed',
    cut_off_at: receipt.cutOffAt,
    settled_at: receipt.settledAt,
  };
}

const used = { calls: z.number().int(), first_at: z.iso.datetime().nullable(), last_at: z.iso.datetime().nullable() };

/** What one connection was used for, as a line of the report. */
const usageLine = z
  .object({
    ...named,
    ...used,
    tools: z.array(
      z.object({ tool: z.string(), type: z.enum(effects), ...used, statuses: z.record(z.string(), z.number()) }),
    ),
    callers: z.array(
      z.object({ principal: z.string(), user_id: z.string(), on_behalf_of: z.string().nullable(), ...used }),
    ),
  })
  .meta({ id: 'ConnectionUsage' });

/** The lines of a report, and how many there were as the last one, so that a report that was cut off is known as one. */
export function usageLines(usages: AsyncIterable<UsedConnection>, since: string | null): Readable {
  return Readable.from(written(usages, since));
}

async function* written(usages: AsyncIterable<UsedConnection>, since: string | null): AsyncGenerator<string> {
  let count = 0;
  for await (const used of usages) {
    count += 1;
    yield `${JSON.stringify(showUsage(used))}\n`;
  }
  yield `${JSON.stringify({ end: { connections: count, since } })}\n`;
}

function showUsage({ connection, usage }: UsedConnection): z.output<typeof usageLine> {
  const { calls, firstAt, lastAt, tools, callers } = usage;
  return {
    ...showNamed(connection),
    calls,
    first_at: firstAt,
    last_at: lastAt,
    tools: tools.map(({ tool, effect: type, calls, firstAt: first_at, lastAt: last_at, statuses }) => ({
      tool,
      type,
      calls,
      first_at,
      last_at,
      statuses: { ...statuses },
    })),
    callers: callers.map(({ principal, userId, onBehalfOf, calls, firstAt: first_at, lastAt: last_at }) => ({
      principal,
      user_id: userId,
      on_behalf_of: onBehalfOf,
      calls,
      first_at,
      last_at,
    })),
  };
}
