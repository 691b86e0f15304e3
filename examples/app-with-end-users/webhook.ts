import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What the app reads of a delivery. */
export interface Delivery {
  readonly type: string;
  readonly data: {
    readonly approval_id?: string;
    readonly decision?: string;
    readonly end_user?: { readonly id: string };
  };
}

// #region verify
/** Whether a delivery was signed with our secret within the last five minutes (Standard Webhooks 1.0). */
export function isSigned(secret: string, headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const age = Math.abs(Date.now() / 1_000 - Number(timestamp));
  if (typeof signatures !== 'string' || !(age < 300)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return signatures.split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
// #endregion
