import type { WorkspaceTrx } from '../../storage/storage.ts';
import '../webhook-store.ts';
import './delivery-store.ts';

/** Deliveries of one webhook that are about one thing. */
export interface Line {
  readonly webhookId: string;
  readonly subject: string;
}

/**
 * Holds the rows of webhooks until the transaction is over, and says that they have something to send from now on; answers
 * which of them are there. Whatever changes which delivery of a subject is the first to wait does so behind this.
 */
export async function holdWebhooks(trx: WorkspaceTrx, ids: readonly string[], now: number): Promise<readonly string[]> {
  const held = await trx.rows
    .updateTable('webhooks')
    .set((eb) => ({ next_at: eb.case().when('next_at', '<', now).then(eb.ref('next_at')).else(now).end() }))
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
    .returning('id')
    .execute();
  return held.map(({ id }) => id);
}

/** The same of one; false where it was deleted. */
export async function holdWebhook(trx: WorkspaceTrx, id: string, now: number): Promise<boolean> {
  return (await holdWebhooks(trx, [id], now)).length > 0;
}

/** For which of these webhooks a delivery about this still waits. */
export async function whereAnyWaits(
  { rows }: WorkspaceTrx,
  webhookIds: readonly string[],
  subject: string,
): Promise<ReadonlySet<string>> {
  const waiting = await rows
    .selectFrom('webhook_deliveries')
    .select('webhook_id')
    .distinct()
    .where('webhook_id', 'in', [...webhookIds])
    .where('subject', '=', subject)
    .where('status', '=', 'waiting')
    .execute();
  return new Set(waiting.map(({ webhook_id }) => webhook_id));
}

/** Has the first that waits in a line sent from this time on, unless one of it is being sent already. */
export async function startLine(trx: WorkspaceTrx, line: Line, now: number): Promise<void> {
  const started = await waiting(trx, line).where('run_at', 'is not', null).limit(1).executeTakeFirst();
  if (started !== undefined) return;
  const first = await waiting(trx, line).orderBy('place').orderBy('id').limit(1).executeTakeFirst();
  if (first === undefined) return;
  await trx.rows.updateTable('webhook_deliveries').set({ run_at: now }).where('id', '=', first.id).execute();
}

function waiting({ rows }: WorkspaceTrx, { webhookId, subject }: Line) {
  return rows
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('webhook_id', '=', webhookId)
    .where('subject', '=', subject)
    .where('status', '=', 'waiting');
}
