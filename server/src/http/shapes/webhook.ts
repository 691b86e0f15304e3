import { z } from 'zod';
import { type Delivery, deliveryStatuses } from '../../webhooks/deliveries/delivery.ts';
import { offeredTypes } from '../../webhooks/offered/offered-events.ts';
import { disabledReasons, type Webhook } from '../../webhooks/webhook.ts';

/** Where a webhook is, as somebody names it. */
export const webhookUrl = z.string().min(1).max(2_000).describe('An https address. It gets a POST of every event.');

/** What a webhook is told of, as somebody names it. */
export const webhookEvents = z
  .array(z.string().max(100))
  .min(1)
  .max(50)
  .describe(`Types, a group as \`connection.*\`, or \`*\`: ${offeredTypes.map((type) => `\`${type}\``).join(', ')}.`);

export const webhookDescription = z.string().max(500).nullable().optional();

/** An address that is told of events, without what its events are signed with. */
export const webhookItem = z
  .object({
    id: z.uuid(),
    url: z.string(),
    events: z.array(z.string()),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabled_reason: z
      .enum(disabledReasons)
      .nullable()
      .describe('gone: it answered 410. failing: nothing arrived for five days. by_request: somebody wants it so.'),
    disabled_at: z.iso.datetime().nullable(),
    failing_since: z.iso.datetime().nullable().describe('Since when nothing has arrived.'),
    last_delivered_at: z.iso.datetime().nullable(),
    last_failed_at: z.iso.datetime().nullable(),
    last_error: z.string().nullable().describe('Why the last attempt failed, until one succeeds.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Webhook' });

/** The answer that shows a secret, once. */
export const webhookWithSecret = z.object({
  webhook: webhookItem,
  secret: z.string().describe('Shown once. What every event is signed with: `whsec_` and base64 (Standard Webhooks).'),
});

export function showWebhook(webhook: Webhook): z.output<typeof webhookItem> {
  return {
    id: webhook.id,
    url: webhook.url,
    events: [...webhook.events],
    description: webhook.description,
    enabled: webhook.isEnabled,
    disabled_reason: webhook.disabledReason,
    disabled_at: webhook.disabledAt,
    failing_since: webhook.failingSince,
    last_delivered_at: webhook.lastDeliveredAt,
    last_failed_at: webhook.lastFailedAt,
    last_error: webhook.lastError,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  };
}

const delivery = {
  id: z.uuid().describe('The `webhook-id`, the same however often it is sent.'),
  event_id: z.uuid(),
  type: z.string(),
  subject: z.string().describe('What it is about. Deliveries about one thing arrive in their order.'),
  happened_at: z.iso.datetime(),
  status: z.enum(deliveryStatuses),
  attempts: z.int().describe('Since it was written, or sent once more.'),
  next_attempt_at: z.iso
    .datetime()
    .nullable()
    .describe('Null where it is over, and where an earlier one about the same thing comes first.'),
  last_attempt_at: z.iso.datetime().nullable(),
  last_status_code: z.int().nullable(),
  last_error: z.string().nullable(),
  last_answer: z.string().nullable().describe('How the last answer began: 2 KB at most.'),
  settled_at: z.iso.datetime().nullable(),
};

/** An event on its way to a webhook. */
export const deliveryItem = z.object(delivery).meta({ id: 'WebhookDelivery' });

/** The same with what is sent. */
export const deliveryWithPayload = z
  .object({ ...delivery, payload: z.string().describe('The body, to the letter: it is what is signed.') })
  .meta({ id: 'WebhookDeliveryWithPayload' });

export function showDelivery(shown: Delivery): z.output<typeof deliveryItem> {
  return {
    id: shown.id,
    event_id: shown.eventId,
    type: shown.type,
    subject: shown.subject,
    happened_at: shown.at,
    status: shown.status,
    attempts: shown.attempts,
    next_attempt_at: shown.runAt === null ? null : new Date(shown.runAt).toISOString(),
    last_attempt_at: shown.lastAttemptAt,
    last_status_code: shown.lastStatus,
    last_error: shown.lastError,
    last_answer: shown.lastAnswer,
    settled_at: shown.settledAt,
  };
}
