import { Readable } from 'node:stream';
import { z } from 'zod';
import { logNames } from '../../events/chain/chained-log.ts';
import type { Exported } from '../../events/chain/export-log.ts';
import { type Fault, faultSentences, type Verdict } from '../../events/chain/verifying/fault.ts';
import type { Head } from '../../events/chain/segment.ts';

/** The end of a chain, to be kept elsewhere. */
export const auditHead = z
  .object({
    segment: z.number().int().describe('How many segments the chain has.'),
    mac: z.string().describe('The mark of the last one, in hex; empty where there is none.'),
    sealed_at: z.iso.datetime().nullable(),
    events: z.number().int().describe('Events that are sealed.'),
    calls: z.number().int().describe('Calls that were sealed, also those that retention has deleted since.'),
  })
  .meta({ id: 'AuditHead' });

const auditFault = z.object({
  kind: z.string(),
  message: z.string(),
  segment: z.number().int().nullable(),
  log: z.enum(logNames).nullable(),
  row: z.string().nullable().describe('The id of the row.'),
});

/** What verifying found. */
export const auditVerdict = z
  .object({
    ok: z.boolean(),
    head: z.object({ segment: z.number().int(), mac: z.string() }),
    events: z.number().int(),
    calls: z.number().int(),
    expired: z.number().int().describe('Calls that retention has deleted.'),
    fault_count: z.number().int(),
    faults: z.array(auditFault).describe('The first 1,000.'),
    notes: z.array(auditFault).describe('What is worth a look and proves nothing: records that came in late.'),
  })
  .meta({ id: 'AuditVerdict' });

export function showVerdict(verdict: Verdict): z.output<typeof auditVerdict> {
  const { ok, head, events, calls, expired, faultCount, faults, notes } = verdict;
  const shown = { faults: faults.map(showFault), notes: notes.map(showFault) };
  return {
    ok,
    head: { segment: head.number, mac: head.mac },
    events,
    calls,
    expired,
    fault_count: faultCount,
    ...shown,
  };
}

function showFault({ kind, segment, log, row }: Fault): z.output<typeof auditFault> {
  return { kind, message: faultSentences[kind], segment, log: log ?? null, row: row ?? null };
}

interface ExportEnd {
  readonly head: Head;
}

/**
 * Records on lines of their own, each with its place in the chain; the last line says how many there were and where the chain
 * ended, so that an export that was cut off is known as one.
 */
export function exportLines<Row>(
  batches: AsyncIterable<readonly Exported<Row>[]>,
  show: (row: Row) => unknown,
  end: () => Promise<ExportEnd>,
): Readable {
  return Readable.from(written(batches, show, end));
}

async function* written<Row>(
  batches: AsyncIterable<readonly Exported<Row>[]>,
  show: (row: Row) => unknown,
  end: () => Promise<ExportEnd>,
): AsyncGenerator<string> {
  let count = 0;
  for await (const batch of batches) {
    count += batch.length;
    const lines = batch.map(({ row, place }) => `${JSON.stringify({ chain: place, record: show(row) })}\n`);
    if (lines.length > 0) yield lines.join('');
  }
  const { head } = await end();
  yield `${JSON.stringify({ end: { records: count, head: { segment: head.number, mac: head.mac } } })}\n`;
}
