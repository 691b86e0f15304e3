import { bumpGeneration } from '../../access/generations.ts';
import { appendEvent, systemActor } from '../../events/append-event.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { type DisabledReason, subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { changeWebhookRow } from '../webhook-store.ts';

/** Sends nothing more to a webhook until somebody enables it: what waits for it goes on waiting. On record, and told to the others. */
export async function disableWebhook(
  trx: WorkspaceTrx,
  clock: Clock,
  { webhook: { id, url }, reason }: Disabling,
): Promise<void> {
  const now = isoTime(clock);
  await changeWebhookRow(trx, id, { enabled: 0, disabled_reason: reason, disabled_at: now, updated_at: now });
  await bumpGeneration(trx);
  await appendEvent(trx, clock, {
    type: 'webhook.disabled',
    actor: systemActor,
    subject: subjectOf({ id }),
    data: { origin: new URL(url).origin, reason },
  });
}

interface Disabling {
  readonly webhook: Pick<Webhook, 'id' | 'url'>;
  readonly reason: Exclude<DisabledReason, 'by_request'>;
}
