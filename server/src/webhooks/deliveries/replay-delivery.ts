import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { noSuchWebhook, seeDelivery } from '../managing/see-webhook.ts';
import { type Delivery, keptMs } from './delivery.ts';
import { holdWebhook, startLine } from './queue.ts';

/**
 * Has a delivery sent once more, under the same id and with all of its attempts, behind what waits of its subject; one that
 * waits for its next attempt has it now. Throws CONFLICT where the webhook is disabled.
 */
export async function replayDelivery(
  { db, clock, caller }: Context,
  { webhook, delivery }: { readonly webhook: Webhook; readonly delivery: Delivery },
): Promise<Delivery> {
  refuseDisabled(webhook);
  const now = clock.now();
  await db.transact(async (trx) => {
    if (!(await holdWebhook(trx, webhook.id, now))) throw noSuchWebhook();
    const own = trx.rows.updateTable('webhook_deliveries').where('id', '=', delivery.id);
    const anew = { attempts: 0, keep_until: now + keptMs };
    const retried = await own
      .set({ ...anew, run_at: now })
      .where('run_at', 'is not', null)
      .executeTakeFirst();
    if (retried.numUpdatedRows === 0n) {
      await own.set({ ...anew, status: 'waiting', run_at: null, settled_at: null }).execute();
      await startLine(trx, delivery, now);
    }
    await appendEvent(trx, clock, {
      type: 'webhook.delivery_replayed',
      actor: actorOf(caller),
      subject: subjectOf(webhook),
      data: { delivery: delivery.id },
    });
  });
  return (await seeDelivery(db, { id: webhook.id, delivery_id: delivery.id })).delivery;
}

/** Throws CONFLICT where nothing is sent to the webhook. */
export function refuseDisabled({ isEnabled }: Webhook): void {
  if (isEnabled) return;
  throw new Failure('CONFLICT', 'This webhook is disabled. Enable it with PATCH and {"enabled": true}, then replay.');
}
