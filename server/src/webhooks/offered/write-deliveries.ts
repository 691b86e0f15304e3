import type { App } from '../../context.ts';
import type { Listener } from '../../events/outbox/listener.ts';
import { newId } from '../../lib/ids.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import { keptMs } from '../deliveries/delivery.ts';
import { insertDeliveries } from '../deliveries/delivery-store.ts';
import { holdWebhooks, whereAnyWaits } from '../deliveries/queue.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import { allWebhooks } from '../webhook-store.ts';
import { type OfferedEvent, offeredEvents, type Told, type ToldEvent } from './offered-events.ts';
import { type Payload, payloadOf } from './payload.ts';
import { isWanted } from './wanted-events.ts';

type Writing = Pick<App, 'storage' | 'clock' | 'config'>;

/** Writes a delivery for every webhook that wants an event, once however often it is told; then something is to be sent. */
export function writeDeliveries(app: Writing, whenWritten: () => void): Listener {
  const reactions = offeredEvents.map((offered) =>
    offered.reaction(async (event, told) => {
      if (await writeAll(app, { type: offered.type, event, told })) whenWritten();
    }),
  );
  return { name: 'webhooks', reactions };
}

interface Telling extends Pick<OfferedEvent, 'type'> {
  readonly event: ToldEvent;
  readonly told: Told;
}

/** Answers whether anybody wants it. */
async function writeAll({ storage, clock, config }: Writing, { type, event, told }: Telling): Promise<boolean> {
  const db = storage.workspace(event.workspaceId);
  const isFor = (webhook: Webhook) => isWanted(webhook.events, type) && subjectOf(webhook) !== event.subject;
  if (!(await allWebhooks(db)).some(isFor)) return false;
  const payload = await payloadOf({ db, publicUrl: config.publicUrl }, { type, at: event.at }, told);
  return db.transact(async (trx) => {
    const wanting = (await allWebhooks(trx)).filter(isFor).map(({ id }) => id);
    return write(trx, wanting, { type, event, payload, now: clock.now() });
  });
}

interface Writable extends Omit<Telling, 'told'> {
  readonly payload: Payload;
  readonly now: number;
}

/** Answers whether it was for anybody. */
async function write(trx: WorkspaceTrx, wanting: readonly string[], writable: Writable): Promise<boolean> {
  if (wanting.length === 0) return false;
  const { event, now } = writable;
  const webhookIds = await holdWebhooks(trx, wanting, now);
  if (webhookIds.length === 0) return false;
  const behind = await whereAnyWaits(trx, webhookIds, event.subject);
  // Behind another one of its subject it has no time yet: it gets one when that is over.
  const rows = webhookIds.map((id) => rowOf(writable, { webhook_id: id, run_at: behind.has(id) ? null : now }));
  await insertDeliveries(trx, rows);
  return true;
}

interface Own {
  readonly webhook_id: string;
  readonly run_at: number | null;
}

function rowOf({ type, event, payload, now }: Writable, { webhook_id, run_at }: Own) {
  return {
    id: newId(now),
    webhook_id,
    event_id: event.id,
    type,
    subject: event.subject,
    end_user_id: payload.endUserId,
    at: event.at,
    place: event.place,
    payload: payload.body,
    status: 'waiting',
    attempts: 0,
    run_at,
    last_attempt_at: null,
    last_status: null,
    last_error: null,
    last_answer: null,
    settled_at: null,
    replay_id: null,
    keep_until: now + keptMs,
  };
}
