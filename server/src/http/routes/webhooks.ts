import { z } from 'zod';
import { replayDelivery } from '../../webhooks/deliveries/replay-delivery.ts';
import { replayRange } from '../../webhooks/deliveries/replay-range.ts';
import { deliveryStatuses } from '../../webhooks/deliveries/delivery.ts';
import { listDeliveries } from '../../webhooks/deliveries/delivery-store.ts';
import { changeWebhook } from '../../webhooks/managing/change-webhook.ts';
import { createWebhook } from '../../webhooks/managing/create-webhook.ts';
import { deleteWebhook } from '../../webhooks/managing/delete-webhook.ts';
import { rotateSecret } from '../../webhooks/managing/rotate-secret.ts';
import { seeDelivery, seeWebhook } from '../../webhooks/managing/see-webhook.ts';
import { testWebhook } from '../../webhooks/sending/test-webhook.ts';
import { listWebhooks } from '../../webhooks/webhook-store.ts';
import { route, type Route } from '../route.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import {
  deliveryItem,
  deliveryWithPayload,
  showDelivery,
  showWebhook,
  webhookDescription,
  webhookEvents,
  webhookItem,
  webhookUrl,
  webhookWithSecret,
} from '../shapes/webhook.ts';

const tag = 'Webhooks';
const path = '/api/v1/webhooks';
const read = { role: 'ADMIN', scope: 'webhooks:read' } as const;
const write = { role: 'ADMIN', scope: 'webhooks:write' } as const;
const id = z.uuid().toLowerCase();
const params = z.object({ id });
const deliveryParams = z.object({ id, delivery_id: id });
const time = z.iso.datetime({ offset: true }).transform((at) => new Date(at).toISOString());

const list = route({
  name: 'listWebhooks',
  method: 'GET',
  path,
  summary: 'The addresses that are told of events, newest first.',
  tag,
  access: read,
  query: pageQuery,
  answers: { 200: listOf(webhookItem) },
  failures: [],
  audit: 'none',
  answer: async ({ db }, { query }) => ({ status: 200, body: showPage(await listWebhooks(db, query), showWebhook) }),
});

const create = route({
  name: 'createWebhook',
  method: 'POST',
  path,
  summary: 'Has an address told of events from now on. What they are signed with is shown once.',
  tag,
  access: write,
  body: z.strictObject({ url: webhookUrl, events: webhookEvents, description: webhookDescription }),
  answers: { 201: webhookWithSecret },
  failures: ['CONFLICT'],
  audit: 'webhook.created',
  showsSecretOnce: '/webhook/id',
  example: { body: { url: 'https://app.example.com/hooks/plugboard', events: ['connection.*', 'approval.requested'] } },
  answer: async (ctx, { body }) => {
    const { webhook, secret } = await createWebhook(ctx, body);
    return { status: 201, body: { webhook: showWebhook(webhook), secret: secret.reveal() } };
  },
});

const get = route({
  name: 'getWebhook',
  method: 'GET',
  path: `${path}/:id`,
  summary: 'One of them, and how it does.',
  tag,
  access: read,
  params,
  answers: { 200: webhookItem },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (_ctx, { found }) => ({ status: 200, body: showWebhook(found) }),
});

const change = route({
  name: 'changeWebhook',
  method: 'PATCH',
  path: `${path}/:id`,
  summary: 'Changes where it is, what it is told of, or whether it is. One that is enabled gets what has waited.',
  tag,
  access: write,
  params,
  body: z
    .strictObject({
      url: webhookUrl.optional(),
      events: webhookEvents.optional(),
      description: webhookDescription,
      enabled: z.boolean().optional(),
    })
    .refine((edit) => Object.values(edit).some((value) => value !== undefined), 'Say what is to change.'),
  answers: { 200: webhookItem },
  failures: ['NOT_FOUND'],
  audit: 'webhook.changed',
  example: { body: { events: ['*'], enabled: true } },
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (ctx, { found, body }) => ({ status: 200, body: showWebhook(await changeWebhook(ctx, found, body)) }),
});

const remove = route({
  name: 'deleteWebhook',
  method: 'DELETE',
  path: `${path}/:id`,
  summary: 'Ends it at once, with what waits for it, and destroys its secrets.',
  tag,
  access: write,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'webhook.deleted',
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (ctx, { found }) => {
    await deleteWebhook(ctx, found);
    return { status: 204 };
  },
});

const dayS = 86_400;

const rotate = route({
  name: 'rotateWebhookSecret',
  method: 'POST',
  path: `${path}/:id/rotate-secret`,
  summary: 'Gives it another secret, shown once. The older one signs beside it for a while, and is destroyed.',
  tag,
  access: write,
  params,
  body: z.strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(7 * dayS)
      .default(dayS)
      .describe('How long both sign. Default: a day.'),
  }),
  answers: { 200: webhookWithSecret },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'webhook.secret_rotated',
  showsSecretOnce: '/webhook/id',
  example: { body: { overlap_seconds: 3_600 } },
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (ctx, { found, body }) => {
    const { webhook, secret } = await rotateSecret(ctx, found, body.overlap_seconds);
    return { status: 200, body: { webhook: showWebhook(webhook), secret: secret.reveal() } };
  },
});

const test = route({
  name: 'testWebhook',
  method: 'POST',
  path: `${path}/:id/test`,
  summary: 'Sends it one event `webhook.test` now, enabled or not, and answers what came of it.',
  tag,
  access: write,
  params,
  answers: { 200: deliveryWithPayload },
  failures: ['NOT_FOUND'],
  audit: 'webhook.tested',
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (ctx, { found }) => {
    const delivery = await testWebhook(ctx, found);
    return { status: 200, body: { ...showDelivery(delivery), payload: delivery.payload } };
  },
});

const replay = route({
  name: 'replayWebhook',
  method: 'POST',
  path: `${path}/:id/replay`,
  summary: 'Sends everything once more that happened between two times and is over: 10,000 deliveries at most.',
  tag,
  access: write,
  params,
  body: z.strictObject({
    from: time,
    to: time,
    status: z.enum(['delivered', 'failed']).optional().describe('Default: whether they arrived or not.'),
  }),
  answers: { 202: z.object({ count: z.int().describe('How many are sent once more, in the background.') }) },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'webhook.replayed',
  example: { body: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', status: 'failed' } },
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async (ctx, { found, body }) => ({ status: 202, body: { count: await replayRange(ctx, found, body) } }),
});

const deliveries = route({
  name: 'listWebhookDeliveries',
  method: 'GET',
  path: `${path}/:id/deliveries`,
  summary: 'What it was told and is to be told, what happened last first. Kept for 30 days after it is over.',
  tag,
  access: read,
  params,
  query: z.strictObject({
    ...pageQuery.shape,
    status: z.enum(deliveryStatuses).optional(),
    type: z.string().max(100).optional(),
  }),
  answers: { 200: listOf(deliveryItem) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: ({ db }, { params }) => seeWebhook(db, params.id),
  answer: async ({ db }, { found, query }) => {
    const page = await listDeliveries(db, { webhookId: found.id, ...query });
    return { status: 200, body: showPage(page, showDelivery) };
  },
});

const delivery = route({
  name: 'getWebhookDelivery',
  method: 'GET',
  path: `${path}/:id/deliveries/:delivery_id`,
  summary: 'One delivery, with what is sent.',
  tag,
  access: read,
  params: deliveryParams,
  answers: { 200: deliveryWithPayload },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: ({ db }, { params }) => seeDelivery(db, params),
  answer: async (_ctx, { found }) => {
    const { delivery } = found;
    return { status: 200, body: { ...showDelivery(delivery), payload: delivery.payload } };
  },
});

const replayOne = route({
  name: 'replayWebhookDelivery',
  method: 'POST',
  path: `${path}/:id/deliveries/:delivery_id/replay`,
  summary: 'Sends one delivery once more, under the same id; one that waits for its next attempt is sent now.',
  tag,
  access: write,
  params: deliveryParams,
  answers: { 202: deliveryItem },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'webhook.delivery_replayed',
  find: ({ db }, { params }) => seeDelivery(db, params),
  answer: async (ctx, { found }) => ({ status: 202, body: showDelivery(await replayDelivery(ctx, found)) }),
});

export const webhookRoutes: readonly Route[] = [
  list,
  create,
  get,
  change,
  remove,
  rotate,
  test,
  replay,
  deliveries,
  delivery,
  replayOne,
];
