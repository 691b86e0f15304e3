import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { readWanted } from '../offered/wanted-events.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { changeWebhookRow } from '../webhook-store.ts';
import type { WebhookWish } from './create-webhook.ts';
import { noSuchWebhook } from './see-webhook.ts';
import { readWebhookAddress } from './webhook-address.ts';

/** What of a webhook is to change; what is left out stays. */
export interface WebhookEdit {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly description?: WebhookWish['description'];
  readonly enabled?: boolean | undefined;
}

/** Changes a webhook. One that is enabled again goes on with what has waited. Throws BAD_REQUEST for what it cannot be. */
export async function changeWebhook(ctx: Context, { id }: Webhook, edit: WebhookEdit): Promise<Webhook> {
  const { db, clock, caller } = ctx;
  const columns = await columnsOf(ctx, edit);
  return db.transact(async (trx) => {
    const changed = await changeWebhookRow(trx, id, { ...columns, updated_at: isoTime(clock) });
    if (changed === undefined) throw noSuchWebhook();
    await bumpGeneration(trx);
    const changes = Object.entries(edit).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const about = { actor: actorOf(caller), subject: subjectOf({ id }) };
    await appendEvent(trx, clock, { type: 'webhook.changed', ...about, data: { changes } });
    return changed;
  });
}

async function columnsOf(ctx: Context, { url, events, description, enabled }: WebhookEdit) {
  const address = url === undefined ? undefined : await readWebhookAddress(ctx, url);
  return {
    ...(address && { url: address.url, loopback: flag(address.loopback) }),
    ...(events && { events: JSON.stringify(readWanted(events)) }),
    ...(description === undefined ? {} : { description }),
    ...(enabled === undefined ? {} : standing(ctx, enabled)),
  };
}

function standing({ clock }: Pick<Context, 'clock'>, isEnabled: boolean) {
  if (!isEnabled) return { enabled: flag(false), disabled_reason: 'by_request', disabled_at: isoTime(clock) };
  const anew = { disabled_reason: null, disabled_at: null, failing_since: null, last_error: null };
  return { enabled: flag(true), ...anew, next_at: clock.now() };
}

function flag(isSet: boolean): 0 | 1 {
  return isSet ? 1 : 0;
}
