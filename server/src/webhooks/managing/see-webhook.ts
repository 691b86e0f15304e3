import { Failure } from '../../errors.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { type Delivery } from '../deliveries/delivery.ts';
import { findDelivery } from '../deliveries/delivery-store.ts';
import type { Webhook } from '../webhook.ts';
import { findWebhook } from '../webhook-store.ts';

/** The webhook. Throws NOT_FOUND. */
export async function seeWebhook(db: WorkspaceRows, id: string): Promise<Webhook> {
  const webhook = await findWebhook(db, id);
  if (webhook) return webhook;
  throw noSuchWebhook();
}

/** One of its deliveries. Throws NOT_FOUND. */
export async function seeDelivery(
  db: WorkspaceRows,
  named: { readonly id: string; readonly delivery_id: string },
): Promise<{ readonly webhook: Webhook; readonly delivery: Delivery }> {
  const webhook = await seeWebhook(db, named.id);
  const delivery = await findDelivery(db, webhook.id, named.delivery_id);
  if (delivery) return { webhook, delivery };
  throw new Failure('NOT_FOUND', 'This webhook has no such delivery. Deliveries are kept for 30 days.');
}

export function noSuchWebhook(): Failure {
  return new Failure('NOT_FOUND', 'There is no such webhook.');
}
