import type { Insertable, Selectable, Updateable } from 'kysely';
import { pageStart } from '../../events/page-start.ts';
import { given, type Page, pageOf } from '../../lib/cursor.ts';
import type { Fixed, WorkspaceColumn } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { type Delivery, type DeliveryStatus, deliveryStatuses } from './delivery.ts';

export interface DeliveriesTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  webhook_id: Fixed<string>;
  event_id: Fixed<string>;
  type: Fixed<string>;
  subject: Fixed<string>;
  /** The row of the end user it names. */
  end_user_id: Fixed<string | null>;
  at: Fixed<string>;
  /** Of its event among all: the order within a subject. */
  place: Fixed<number>;
  payload: Fixed<string>;
  status: string;
  attempts: number;
  run_at: number | null;
  last_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  last_answer: string | null;
  settled_at: string | null;
  /** The last replay of many that it was part of. */
  replay_id: string | null;
  /** Milliseconds since the epoch. */
  keep_until: number;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    webhook_deliveries: DeliveriesTable;
  }
}

/** Writes deliveries, at least one; nothing changes where a webhook has one of this event already. */
export async function insertDeliveries(trx: WorkspaceTrx, rows: readonly Insertable<DeliveriesTable>[]): Promise<void> {
  await trx.rows
    .insertInto('webhook_deliveries')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['workspace_id', 'webhook_id', 'event_id']).doNothing())
    .execute();
}

/** One delivery of a webhook, or `undefined`. */
export async function findDelivery(db: WorkspaceRows, webhookId: string, id: string): Promise<Delivery | undefined> {
  const row = await ofWebhook(db, webhookId).selectAll().where('id', '=', id).executeTakeFirst();
  return row && readDelivery(row);
}

/** Which deliveries of a webhook to list; what is left out does not narrow. */
export interface DeliveryQuery {
  readonly webhookId: string;
  readonly status?: DeliveryStatus | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The deliveries of a webhook, what happened last first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listDeliveries(db: WorkspaceRows, query: DeliveryQuery): Promise<Page<Delivery>> {
  const start = pageStart(query.cursor);
  const { status, type } = query;
  const rows = await ofWebhook(db, query.webhookId)
    .selectAll()
    .where(({ and }) => and(given({ status, type })))
    .where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(start.at, start.id)))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows.map(readDelivery), query.limit);
}

/** Deliveries of a webhook whose time has come, the longest waiting first, without these. */
export async function listDue(
  db: WorkspaceRows,
  webhookId: string,
  wish: { readonly now: number; readonly without: readonly string[]; readonly limit: number },
): Promise<readonly Delivery[]> {
  const rows = await ofWebhook(db, webhookId)
    .selectAll()
    .where('status', '=', 'waiting')
    .where('run_at', '<=', wish.now)
    .$if(wish.without.length > 0, (query) => query.where('id', 'not in', [...wish.without]))
    .orderBy('run_at')
    .orderBy('place')
    .limit(wish.limit)
    .execute();
  return rows.map(readDelivery);
}

/** When the next delivery of a webhook is to be sent, in milliseconds since the epoch; null where none waits. */
export async function nextRunAt(db: WorkspaceRows, webhookId: string): Promise<number | null> {
  const row = await ofWebhook(db, webhookId)
    .select('run_at')
    .where('status', '=', 'waiting')
    .where('run_at', 'is not', null)
    .orderBy('run_at')
    .limit(1)
    .executeTakeFirst();
  return row?.run_at ?? null;
}

/** Changes a delivery that waits; false where it does not any more. */
export async function changeWaiting(
  trx: WorkspaceTrx,
  id: string,
  change: Updateable<DeliveriesTable>,
): Promise<boolean> {
  const changed = await trx.rows
    .updateTable('webhook_deliveries')
    .set(change)
    .where('id', '=', id)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

function ofWebhook({ rows }: WorkspaceRows, webhookId: string) {
  return rows.selectFrom('webhook_deliveries').where('webhook_id', '=', webhookId);
}

/** A row as the rest of us knows it. */
export function readDelivery(row: Selectable<DeliveriesTable>): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    type: row.type,
    subject: row.subject,
    at: row.at,
    payload: row.payload,
    status: deliveryStatuses.find((status) => status === row.status) ?? 'failed',
    attempts: row.attempts,
    runAt: row.run_at,
    lastAttemptAt: row.last_attempt_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    lastAnswer: row.last_answer,
    settledAt: row.settled_at,
  };
}
