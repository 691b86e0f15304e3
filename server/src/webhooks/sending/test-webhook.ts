import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { keptMs, type Delivery } from '../deliveries/delivery.ts';
import { insertDeliveries } from '../deliveries/delivery-store.ts';
import { seeDelivery } from '../managing/see-webhook.ts';
import { testEvent } from '../offered/offered-events.ts';
import { writeBody } from '../offered/payload.ts';
import { openSecrets } from '../signing/webhook-secrets.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { attempt, type Attempted } from './attempt.ts';

/** Tests of one webhook at a time. */
const mostTests = 4;

/** Sends one event now, enabled or not, and answers what came of it: it is in the list and never tried again by itself. */
export async function testWebhook(ctx: Context, webhook: Webhook): Promise<Delivery> {
  const { limits, db, clock } = ctx;
  const own = { workspaceId: webhook.workspaceId, connectionId: webhook.id, mostOfConnection: mostTests };
  const place = { ...own, origin: new URL(webhook.url).origin };
  if (!limits.turns.tryTake(place))
    throw new Failure('RATE_LIMITED', 'Too many tests are under way. Try again in a few seconds.', { retryAfter: 5 });
  try {
    const id = newId(clock.now());
    const payload = writeBody(testEvent, isoTime(clock), { webhook_id: webhook.id });
    const secrets = await openSecrets(ctx, webhook.id);
    const attempted = await attempt(ctx, { webhook, secrets }, { id, payload });
    await record(ctx, webhook, { id, payload, attempted });
    return (await seeDelivery(db, { id: webhook.id, delivery_id: id })).delivery;
  } finally {
    limits.turns.give(place);
  }
}

interface Tested {
  readonly id: string;
  readonly payload: string;
  readonly attempted: Attempted;
}

async function record({ db, clock, caller }: Context, webhook: Webhook, tested: Tested): Promise<void> {
  const { id, payload, attempted } = tested;
  const at = isoTime(clock);
  const status = attempted.outcome === 'delivered' ? 'delivered' : 'failed';
  await db.transact(async (trx) => {
    const row = {
      id,
      webhook_id: webhook.id,
      event_id: id,
      type: testEvent,
      subject: subjectOf(webhook),
      end_user_id: null,
      at,
      place: 0,
      payload,
      status,
      attempts: 1,
      run_at: null,
      last_attempt_at: at,
      last_status: attempted.status,
      last_error: attempted.error,
      last_answer: attempted.answer,
      settled_at: at,
      replay_id: null,
      keep_until: clock.now() + keptMs,
    };
    await insertDeliveries(trx, [row]);
    const about = { actor: actorOf(caller), subject: subjectOf(webhook) };
    await appendEvent(trx, clock, { type: 'webhook.tested', ...about, data: { delivery: id, status } });
  });
}
