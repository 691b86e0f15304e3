/** What a webhook brought, once its signature holds. */
export interface WebhookMessage {
  /** The same at every delivery of it: what to remember, so that it is dealt with once. */
  readonly id: string;
  readonly sentAt: Date;
  /** The parsed body. */
  readonly payload: WebhookPayload;
}

export interface WebhookPayload {
  /** What happened: `approval.requested`. */
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Why a message is not to be trusted. */
export type WebhookFault = 'headers' | 'timestamp' | 'signature' | 'body';

/** A message that is not from whoever holds the secret, is too old, or is no message. Answer it with 400. */
export class WebhookError extends Error {
  readonly fault: WebhookFault;

  constructor(fault: WebhookFault, message: string) {
    super(message);
    this.name = 'WebhookError';
    this.fault = fault;
  }
}

/** The headers of a request, of `fetch` or of Node. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const toleranceMs = 5 * 60_000;
const mostSignatures = 20;

/**
 * The message behind a webhook (Standard Webhooks 1.0). `body` is what came, byte for byte, and not parsed and written
 * again. While a secret is rotated, give the old and the new one. Rejects with `WebhookError` where no signature holds
 * or it was signed more than five minutes from now, and with `TypeError` for a secret that is none.
 */
export async function verifyWebhook(
  body: string | Uint8Array<ArrayBuffer>,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): Promise<WebhookMessage> {
  const keys = await Promise.all([secret].flat().map(importSecret));
  const { id, timestamp, signatures } = readHeaders(headers);
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  // Every key is tried with every signature, so that the time says nothing of which one holds.
  const tried = await Promise.all(
    keys.flatMap((key) => signatures.map((signature) => crypto.subtle.verify('HMAC', key, signature, signed))),
  );
  if (!tried.includes(true))
    throw new WebhookError('signature', 'No signature of the message holds. Is the secret right?');
  const sentAt = new Date(Number(timestamp) * 1000);
  if (Math.abs(Date.now() - sentAt.getTime()) > toleranceMs)
    throw new WebhookError('timestamp', 'The message was signed more than five minutes from now. Is the clock right?');
  return { id, sentAt, payload: readPayload(bytes) };
}

async function importSecret(secret: string) {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length < 16)
    throw new TypeError('The secret must be "whsec_" and base64, as Plugboard showed it.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
}

function readHeaders(headers: WebhookHeaders): Signed {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    readHeader(headers, name),
  );
  if (!id || !signature || !/^\d{1,12}$/.test(timestamp ?? ''))
    throw new WebhookError('headers', 'The message lacks webhook-id, webhook-timestamp or webhook-signature.');
  const signatures = signature
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .slice(0, mostSignatures)
    .flatMap((each) => decodeBase64(each.slice(3)) ?? []);
  return { id, timestamp: timestamp ?? '', signatures };
}

function readHeader(headers: WebhookHeaders, wanted: string): string | undefined {
  if (headers instanceof Headers) return headers.get(wanted) ?? undefined;
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof value === 'string' ? value : value?.join(' ');
}

function readPayload(bytes: Uint8Array): WebhookPayload {
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isPayload(payload)) return payload;
  } catch {
    // Told below, together with every other body that is no message.
  }
  throw new WebhookError('body', 'The body of the message is no JSON object with a type.');
}

function isPayload(value: unknown): value is WebhookPayload {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
