import { type Actor, appendEvent } from '../../events/append-event.ts';
import type { LogName } from '../../events/chain/chained-log.ts';
import { type Exported, exportLog } from '../../events/chain/export-log.ts';
import { eventsOfSegment, type StoredEvent, unsealedEvents } from '../../events/event-store.ts';
import type { Clock } from '../../lib/clock.ts';
import { beginning } from '../../lib/cursor.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import type { CallRecord } from '../call-log.ts';
import { callsOfSegment, unsealedCalls } from '../call-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'records.exported': { readonly log: LogName; readonly from: string | null; readonly to: string | null };
  }
}

/** Which records are wanted: ISO 8601 with milliseconds in UTC, from the first time on and before the second. */
export interface Span {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The events of a workspace in the order of the audit chain, in batches. */
export function exportEvents(db: WorkspaceDb, span: Span): AsyncGenerator<readonly Exported<StoredEvent>[]> {
  const source = { ofSegment: eventsOfSegment, unsealedAfter: unsealedEvents };
  return exportLog({ db, log: 'events', ...whole(span), ...source });
}

/** The calls of a workspace in the order of the audit chain, in batches. */
export function exportCalls(db: WorkspaceDb, span: Span): AsyncGenerator<readonly Exported<CallRecord>[]> {
  const source = { ofSegment: callsOfSegment, unsealedAfter: unsealedCalls };
  return exportLog({ db, log: 'calls', ...whole(span), ...source });
}

/** Puts it on record that records leave the house. */
export async function noteExport(
  { db, clock, actor }: { readonly db: WorkspaceDb; readonly clock: Clock; readonly actor: Actor },
  log: LogName,
  { from = null, to = null }: { readonly from?: string | null | undefined; readonly to?: string | null | undefined },
): Promise<void> {
  const subject = `workspace:${db.workspaceId}`;
  const event = { type: 'records.exported', actor, subject, data: { log, from, to } } as const;
  await db.transact((trx) => appendEvent(trx, clock, event));
}

function whole({ from = '', to = beginning.at }: Span): { readonly from: string; readonly to: string } {
  return { from, to };
}
