import type { App } from '../../context.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { type Delivery, keptMs } from '../deliveries/delivery.ts';
import { changeWaiting } from '../deliveries/delivery-store.ts';
import { startLine } from '../deliveries/queue.ts';
import type { Webhook } from '../webhook.ts';
import type { Attempted } from './attempt.ts';
import { disableWebhook } from './disable-webhook.ts';
import { failingForMs, nextAttemptIn } from './retry-schedule.ts';
import { type Lease, renewLease } from './webhook-lease.ts';

/** Something that was sent. */
export interface Sent {
  readonly lease: Lease;
  readonly delivery: Delivery;
  readonly attempted: Attempted;
  /** 0 ≤ chance < 1. */
  readonly chance: number;
}

/**
 * Writes what came of an attempt: it arrived, it is tried again, or it is given up, and then the next of its subject has its
 * turn. Answers the webhook as it is now; `undefined`, and nothing is written, where another process has taken it over.
 */
export async function settle(
  { storage, clock }: Pick<App, 'storage' | 'clock'>,
  sent: Sent,
): Promise<Webhook | undefined> {
  const { lease, delivery, attempted } = sent;
  const standing = { at: isoTime(clock), error: attempted.error };
  return storage.workspace(lease.workspaceId).transact(async (trx) => {
    const webhook = await renewLease(trx, storage, { lease, standing });
    if (webhook === undefined) return undefined;
    const change = changeOf(sent, clock.now());
    await changeWaiting(trx, delivery.id, change);
    if (change.status !== 'waiting') await startLine(trx, delivery, clock.now());
    return disabled(trx, { clock }, { webhook, attempted });
  });
}

function changeOf({ delivery, attempted, chance }: Sent, now: number) {
  const { outcome, status, error, answer, retryAfterMs } = attempted;
  const at = new Date(now).toISOString();
  const attempts = delivery.attempts + 1;
  const told = { attempts, last_attempt_at: at, last_status: status, last_error: error, last_answer: answer };
  const wait = outcome === 'failed' ? nextAttemptIn(attempts, chance, retryAfterMs) : undefined;
  if (wait !== undefined) return { ...told, status: 'waiting', run_at: now + wait };
  const over = { settled_at: at, run_at: null, keep_until: now + keptMs };
  return { ...told, ...over, status: outcome === 'delivered' ? 'delivered' : 'failed' };
}

async function disabled(
  trx: WorkspaceTrx,
  { clock }: Pick<App, 'clock'>,
  { webhook, attempted }: { readonly webhook: Webhook; readonly attempted: Attempted },
): Promise<Webhook> {
  const reason = reasonToDisable(webhook, attempted, clock.now());
  if (!webhook.isEnabled || reason === undefined) return webhook;
  await disableWebhook(trx, clock, { webhook, reason });
  return { ...webhook, isEnabled: false };
}

function reasonToDisable({ failingSince }: Webhook, { outcome }: Attempted, now: number) {
  if (outcome === 'gone') return 'gone';
  if (outcome === 'delivered' || failingSince === null) return undefined;
  return now - Date.parse(failingSince) >= failingForMs ? 'failing' : undefined;
}
