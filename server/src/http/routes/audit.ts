import { z } from 'zod';
import { exportCalls, exportEvents, noteExport } from '../../calls/audit/export-records.ts';
import { verifyRecords } from '../../calls/audit/verify-records.ts';
import type { Context } from '../../context.ts';
import { actorOf } from '../../events/append-event.ts';
import type { Verdict } from '../../events/chain/verifying/fault.ts';
import { headOf, lastSealed, sealedRows } from '../../events/chain/segment-store.ts';
import { route, type Route } from '../route.ts';
import { auditHead, auditVerdict, exportLines, showVerdict } from '../shapes/audit.ts';
import { eventStream, type SentEvent, wantsEvents } from '../shapes/event-stream.ts';
import { showCall, showEvent } from '../shapes/record.ts';

const tag = 'Records';
const time = z.iso
  .datetime({ offset: true })
  .transform((at) => new Date(at).toISOString())
  .optional();
const span = z.strictObject({
  from: time.describe('From this time on.'),
  to: time.describe('Before this time.'),
});
const lines = z
  .string()
  .describe(
    'One JSON object a line: `{"chain":{"segment","position"},"record":{…}}`, and `{"end":{…}}` as the last one.',
  );
const ndjson = 'application/x-ndjson; charset=utf-8';

const head = route({
  name: 'getAuditHead',
  method: 'GET',
  path: '/api/v1/audit/head',
  summary:
    'Where the audit chain ends. Kept elsewhere, it shows later whether the end was cut off or the chain made anew.',
  tag,
  access: { role: 'ADMIN', scope: 'events:read' },
  answers: { 200: auditHead },
  failures: [],
  audit: 'none',
  answer: async ({ db }) => {
    const { number: segment, mac } = await headOf(db);
    return { status: 200, body: { segment, mac, sealed_at: await lastSealed(db), ...(await sealedRows(db)) } };
  },
});

const verify = route({
  name: 'verifyAudit',
  method: 'POST',
  path: '/api/v1/audit/verify',
  summary:
    'Recomputes the audit chain and names every record that was altered, deleted, inserted or moved since it was sealed. Takes seconds for a million records: ask for events to see how far it is.',
  tag,
  access: { role: 'ADMIN', scope: 'events:read' },
  body: z.strictObject({
    head: z
      .strictObject({ segment: z.int().min(1), mac: z.string().regex(/^[0-9a-f]{64}$/) })
      .optional()
      .describe('A head that was kept elsewhere: the chain must still go through it.'),
  }),
  answers: { 200: auditVerdict },
  streams: true,
  failures: [],
  audit: 'audit.verified',
  example: { body: {} },
  answer: async (ctx, { body, accept }) => {
    const anchor = body.head && { number: body.head.segment, mac: body.head.mac };
    const verdicts = verifyRecords({ ...ctx, actor: actorOf(ctx.caller), anchor });
    if (wantsEvents(accept)) return { status: 200, events: eventStream(progress(verdicts)) };
    let last: Verdict | undefined;
    for await (const verdict of verdicts) last = verdict;
    if (last === undefined) throw new Error('Verifying ended without a verdict.');
    return { status: 200, body: showVerdict(last) };
  },
});

/** How far it is, and the verdict as the last event. */
async function* progress(verdicts: AsyncIterable<Verdict>): AsyncGenerator<SentEvent> {
  let last: Verdict | undefined;
  for await (const verdict of verdicts) {
    if (last) yield { event: 'progress', data: soFar(last) };
    last = verdict;
  }
  if (last) yield { event: 'verdict', data: showVerdict(last) };
}

function soFar({ head: { number: segment }, events, calls, faultCount }: Verdict) {
  return { segment, events, calls, fault_count: faultCount };
}

const events = route({
  name: 'exportEvents',
  method: 'GET',
  path: '/api/v1/events/export',
  summary: 'The changes on record as lines of JSON, in the order of the audit chain, whole and streamed.',
  tag,
  access: { role: 'ADMIN', scope: 'events:read' },
  query: span,
  answers: { 200: lines },
  contentType: ndjson,
  failures: [],
  audit: 'records.exported',
  answer: async (ctx, { query }) => {
    await noteExport({ ...ctx, actor: actorOf(ctx.caller) }, 'events', query);
    return { status: 200, lines: exportLines(exportEvents(ctx.db, query), showEvent, endOf(ctx)) };
  },
});

const calls = route({
  name: 'exportCalls',
  method: 'GET',
  path: '/api/v1/calls/export',
  summary: 'Everybody’s tool calls as lines of JSON, in the order of the audit chain, whole and streamed.',
  tag,
  access: { role: 'ADMIN', scope: 'calls:read' },
  query: span,
  answers: { 200: lines },
  contentType: ndjson,
  failures: [],
  audit: 'records.exported',
  answer: async (ctx, { query }) => {
    await ctx.calls.flush();
    await noteExport({ ...ctx, actor: actorOf(ctx.caller) }, 'calls', query);
    return { status: 200, lines: exportLines(exportCalls(ctx.db, query), showCall, endOf(ctx)) };
  },
});

function endOf({ db }: Context) {
  return async () => ({ head: await headOf(db) });
}

export const auditRoutes: readonly Route[] = [events, calls, head, verify];
