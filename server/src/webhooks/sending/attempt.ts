import type { App } from '../../context.ts';
import { EgressError, type EgressStream } from '../../egress/egress.ts';
import { retryAfterOf } from '../../transports/http/retry-after.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import { wrongWebhookAddress } from '../managing/webhook-address.ts';
import { signatureHeaders } from '../signing/sign.ts';
import type { Webhook } from '../webhook.ts';
import { readBeginning } from './read-beginning.ts';

/** What came of sending a delivery once. */
export interface Attempted {
  readonly outcome: 'delivered' | 'failed' | 'gone';
  readonly status: number | null;
  /** Why it failed, in words. */
  readonly error: string | null;
  /** How the answer began. */
  readonly answer: string | null;
  /** How long it asked to be left alone. */
  readonly retryAfterMs?: number;
}

/** Where it goes, and what signs it. */
export interface Recipient {
  readonly webhook: Webhook;
  readonly secrets: readonly Secret[];
}

/** For all of an attempt: looking up, connecting, sending, and reading the answer. Milliseconds. */
const timeoutMs = 5_000;

type Door = Pick<App, 'egress' | 'clock' | 'config'> & { readonly signal?: AbortSignal | undefined };

/** Sends a delivery once, within five seconds. Only a 2xx that arrives whole, or as far as it is read, counts. */
export async function attempt(
  door: Door,
  { webhook, secrets }: Recipient,
  delivery: Pick<Delivery, 'id' | 'payload'>,
): Promise<Attempted> {
  const wrong = wrongWebhookAddress(door.config, webhook);
  if (wrong !== undefined) return failed(wrong);
  let status: number | null = null;
  try {
    const answered = await send(door, { webhook, secrets }, delivery);
    status = answered.status;
    return judged(answered, await readBeginning(answered.body, secrets), door.clock.now());
  } catch (error) {
    if (error instanceof EgressError) return { ...failed(error.message), status };
    throw error;
  }
}

function send(
  { egress, clock, signal }: Door,
  { webhook, secrets }: Recipient,
  { id, payload: body }: Pick<Delivery, 'id' | 'payload'>,
): Promise<EgressStream> {
  const timestamp = Math.floor(clock.now() / 1_000);
  return egress.of(webhook.workspaceId).stream({
    method: 'POST',
    url: webhook.url,
    headers: {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      ...signatureHeaders(secrets, { id, timestamp, body }),
    },
    body,
    timeoutMs,
    loopback: webhook.loopback,
    signal,
  });
}

function judged({ status, headers }: EgressStream, answer: string, now: number): Attempted {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status, error: null, answer };
  if (status === 410) return { outcome: 'gone', status, error: 'It answered 410: it is gone.', answer };
  const seconds = retryAfterOf(headers, now);
  const error = isRedirect(status) ? redirected(status) : `It answered ${status}.`;
  return { ...failed(error), status, answer, ...(seconds !== undefined && { retryAfterMs: seconds * 1_000 }) };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function redirected(status: number): string {
  return `It answered ${status}, a redirect, and none is followed. Set the url to where it leads.`;
}

function failed(error: string): Attempted {
  return { outcome: 'failed', status: null, error, answer: null };
}
