import { z } from 'zod';
import { previewRevocation } from '../../connections/revoking/preview-revocation.ts';
import { countOutcomes, listReceipts, outcomes } from '../../connections/revoking/receipt-store.ts';
import { findConnections } from '../../connections/connection-store.ts';
import { reportUsage } from '../../connections/revoking/report-usage.ts';
import { resolveFilter, showFilters } from '../../connections/revoking/resolve-filter.ts';
import { revocationFilter } from '../../connections/revoking/revocation-filter.ts';
import { findRevocation, listRevocations, type Revocation } from '../../connections/revoking/revocation-store.ts';
import { revokeConnections } from '../../connections/revoking/revoke-connections.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import {
  receiptItem,
  revocationItem,
  revocationPreview,
  showPreview,
  showReceipt,
  showRevocation,
  usageLines,
} from '../shapes/revocation.ts';

const tag = 'Revocations';
const read = { role: 'ADMIN', scope: 'connections:read' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });
const time = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());

const revoke = route({
  name: 'revokeConnections',
  method: 'POST',
  path: '/api/v1/connections/revoke',
  summary:
    'Revokes every connection that a filter means, whoever has it. Without "confirm": true it only shows which ones these are.',
  tag,
  access: { role: 'ADMIN', scope: 'admin' },
  query: pageQuery.describe('Which page of what would be revoked.'),
  body: z
    .strictObject({
      filter: revocationFilter,
      dry_run: z.boolean().optional().describe('The default, where nothing is confirmed.'),
      confirm: z.literal(true).optional(),
      used_since: time.optional().describe('Since when it is told what they were used for.'),
    })
    .refine((body) => body.dry_run !== (body.confirm ?? false), {
      error: 'Send "confirm": true to revoke, or "dry_run": true to see what would be revoked.',
    }),
  answers: { 200: revocationPreview, 202: revocationItem },
  failures: [],
  audit: 'revocation.started',
  example: { body: { filter: { connector: 'zendesk' }, confirm: true } },
  answer: async (ctx, { body: { filter: asked, confirm, used_since: usedSince = null }, query }) => {
    const filter = await resolveFilter(ctx.db, asked);
    if (confirm === undefined)
      return { status: 200, body: showPreview(await previewRevocation(ctx, { filter, ...query })) };
    const revocation = await revokeConnections(ctx, { filter, usedSince });
    return { status: 202, headers: { location: addressOf(ctx, revocation) }, body: await show(ctx, revocation) };
  },
});

function addressOf({ config }: Context, { id }: Revocation): string {
  return `${config.publicUrl}/api/v1/connections/revocations/${id}`;
}

async function show(ctx: Context, revocation: Revocation): Promise<z.output<typeof revocationItem>> {
  const [shown] = await showAll(ctx, [revocation]);
  if (shown) return shown;
  throw new Error('A revocation that is shown is not there.');
}

/** Each with its filter in the words of whoever asked. */
async function showAll({ db }: Context, revocations: readonly Revocation[]) {
  const filters = await showFilters(
    db,
    revocations.map(({ filter }) => filter),
  );
  const counts = await Promise.all(revocations.map(({ id }) => countOutcomes(db, id)));
  return revocations.flatMap((revocation, place) => {
    const count = counts[place];
    return count ? [showRevocation({ ...revocation, filter: filters[place] }, count)] : [];
  });
}

const list = route({
  name: 'listRevocations',
  method: 'GET',
  path: '/api/v1/connections/revocations',
  summary: 'The revocations of many connections at once, newest first.',
  tag,
  access: read,
  query: pageQuery,
  answers: { 200: listOf(revocationItem) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const page = await listRevocations(ctx.db, query);
    const data = await showAll(ctx, page.items);
    return { status: 200, body: { data, next_cursor: page.nextCursor } };
  },
});

const get = route({
  name: 'getRevocation',
  method: 'GET',
  path: '/api/v1/connections/revocations/:id',
  summary: 'How far a revocation is, and a receipt for each of its connections.',
  tag,
  access: read,
  params,
  query: z.strictObject({ ...pageQuery.shape, outcome: z.enum(outcomes).optional() }),
  answers: { 200: z.object({ revocation: revocationItem, ...listOf(receiptItem).shape }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeRevocation(ctx, params.id),
  answer: async (ctx, { found, query }) => {
    const page = await listReceipts(ctx.db, { revocationId: found.id, ...query });
    const connections = await findConnections(
      ctx.db,
      page.items.map(({ id }) => id),
    );
    const seen = page.items.flatMap((receipt) => {
      const connection = connections.get(receipt.id);
      return connection ? [{ receipt, connection }] : [];
    });
    const receipts = showPage({ ...page, items: seen }, ({ receipt, connection }) => showReceipt(receipt, connection));
    return { status: 200, body: { revocation: await show(ctx, found), ...receipts } };
  },
});

const usage = route({
  name: 'reportRevokedUsage',
  method: 'GET',
  path: '/api/v1/connections/revocations/:id/usage',
  summary:
    'What each connection of a revocation was used for, by whom, as lines of JSON: as far as the log of calls goes back.',
  tag,
  access: { role: 'ADMIN', scope: 'calls:read' },
  params,
  query: z.strictObject({ since: time.optional().describe('Default: the used_since of the revocation.') }),
  answers: { 200: z.string().describe('One JSON object a connection, and `{"end":{…}}` as the last line.') },
  contentType: 'application/x-ndjson; charset=utf-8',
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeRevocation(ctx, params.id),
  answer: async (ctx, { found, query }) => {
    const since = query.since ?? found.usedSince;
    return { status: 200, lines: usageLines(reportUsage(ctx, { revocationId: found.id, since }), since) };
  },
});

async function seeRevocation({ db }: Context, id: string): Promise<Revocation> {
  const revocation = await findRevocation(db, id);
  if (revocation) return revocation;
  throw new Failure('NOT_FOUND', 'There is no such revocation.');
}

export const revocationRoutes: readonly Route[] = [revoke, list, get, usage];
