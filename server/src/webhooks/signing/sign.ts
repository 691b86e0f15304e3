import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '../../lib/secret.ts';

/** What is signed, to the letter. */
export interface Signed {
  /** `webhook-id` */
  readonly id: string;
  /** Of the attempt, in seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

const prefix = 'whsec_';

/** A new secret: `whsec_` and 256 bits in base64 (Standard Webhooks 1.0, "Signature scheme"). */
export function newWebhookSecret(): Secret {
  return new Secret(prefix + randomBytes(32).toString('base64'));
}

/** The headers by which whoever receives it knows that it is ours and new: a signature of every secret (Standard Webhooks 1.0). */
export function signatureHeaders(secrets: readonly Secret[], signed: Signed): Readonly<Record<string, string>> {
  return {
    'webhook-id': signed.id,
    'webhook-timestamp': String(signed.timestamp),
    'webhook-signature': secrets.map((secret) => sign(secret, signed)).join(' '),
  };
}

function sign(secret: Secret, { id, timestamp, body }: Signed): string {
  const key = Buffer.from(secret.reveal().slice(prefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
