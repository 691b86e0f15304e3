import { createHmac, timingSafeEqual } from 'node:crypto';
import { expect } from 'vitest';
import { z } from 'zod';
import '../../server/src/connections/connection-events.ts';
import { appendEvents, systemActor } from '../../server/src/events/append-event.ts';
import { systemClock } from '../../server/src/lib/clock.ts';
import type { Storage } from '../../server/src/storage/storage.ts';
import type { Received } from '../emulators/webhook-receiver.ts';
import type { Plugboard } from './plugboard.ts';

type Api = Pick<Plugboard, 'call'>;

/** A webhook that was made, and what it is signed with. */
export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
}

const made = z.object({ webhook: z.object({ id: z.string() }), secret: z.string() });

/** Makes a webhook; by default one that is told of everything. */
export async function makeWebhook({ call }: Api, url: string, events: readonly string[] = ['*']): Promise<MadeWebhook> {
  const answer = await call('POST /api/v1/webhooks', { body: { url, events } });
  expect(answer.status, answer.text).toBe(201);
  const { webhook, secret } = made.parse(answer.body);
  return { id: webhook.id, secret };
}

const delivery = z.object({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  status: z.string(),
  attempts: z.number(),
  next_attempt_at: z.string().nullable(),
  last_status_code: z.number().nullable(),
  last_error: z.string().nullable(),
  last_answer: z.string().nullable(),
});
export type ShownDelivery = z.output<typeof delivery>;

/** The first page of what a webhook was told and is to be told, the newest first. */
export async function deliveriesOf({ call }: Api, id: string, query = ''): Promise<readonly ShownDelivery[]> {
  const answer = await call(`GET /api/v1/webhooks/${id}/deliveries?limit=100${query}`);
  return z.array(delivery).parse(answer.body['data']);
}

/** Waits until so many deliveries of a webhook have this status. */
export async function untilDeliveries(api: Api, id: string, wish: { status: string; count: number }): Promise<void> {
  const count = async () => (await deliveriesOf(api, id, `&status=${wish.status}`)).length;
  await expect.poll(count, { timeout: 30_000, interval: 20 }).toBe(wish.count);
}

/**
 * Whether a receiver that holds this secret takes a delivery for ours: its own reading of Standard Webhooks, which shares
 * nothing with the server.
 */
export function isSigned(secret: string, { id, timestamp, signature, body }: Received, now = Date.now()): boolean {
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const [, encoded = ''] = secret.split('_');
  const hmac = createHmac('sha256', Buffer.from(encoded, 'base64'));
  for (const part of [id, '.', timestamp, '.', body]) hmac.update(part, 'utf8');
  const expected = hmac.digest();
  return signature.split(' ').some((each) => {
    const [version, value = ''] = each.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const payload = z.object({ type: z.string(), timestamp: z.iso.datetime(), data: z.record(z.string(), z.unknown()) });

/** What a delivery says. */
export function saidIn({ body }: Pick<Received, 'body'>): z.output<typeof payload> {
  return payload.parse(JSON.parse(body));
}

/** Something that happened to a connection that nobody looks at. */
export interface Happening {
  /** Stands for its id. */
  readonly connection: string;
  /** What is said of it, to know it by. */
  readonly reason: string;
}

/** Puts failures of connections on record, all at once and in this order. */
export async function happen(storage: Storage, workspaceId: string, happenings: readonly Happening[]): Promise<void> {
  const events = happenings.map(({ connection, reason }) => ({
    type: 'connection.failed' as const,
    actor: systemActor,
    subject: `connection:${connection}`,
    data: { connector: 'gitlab', status: 'auth_failed', reason },
  }));
  await storage.workspace(workspaceId).transact((trx) => appendEvents(trx, systemClock, events));
}
