import type { Requirement } from './requirement.ts';

/** Addresses outside that are told what happens. */
export const webhooks = [
  {
    id: 'webhooks/managed',
    source: 'PRODUCT 6',
    sentence: 'A webhook is made, listed, changed, disabled, enabled and deleted.',
  },
  {
    id: 'webhooks/secret-once',
    source: 'SECURITY S16',
    sentence: 'Its secret, whsec_ and 32 random bytes, is shown once; a repeated request is a 409 with its id.',
  },
  {
    id: 'webhooks/secret-sealed',
    source: 'SECURITY S14',
    sentence: 'The secret lies sealed, and stands in no list, answer, event or log afterwards.',
  },
  {
    id: 'webhooks/authority',
    source: 'SECURITY S3',
    sentence:
      'It takes ADMIN and a scope of its own to write or to read them; a key of kind agent never gets to write.',
  },
  {
    id: 'webhooks/tenants',
    source: 'SECURITY S21',
    sentence: 'Webhooks and deliveries of another workspace are a 404, and no event goes to another workspace.',
  },
  {
    id: 'webhooks/events',
    source: 'PRODUCT 6',
    sentence:
      'A webhook asks for types, groups of them or everything; an unknown one is a 400 that names those there are.',
  },
  {
    id: 'webhooks/limits',
    source: 'SECURITY S24',
    sentence: 'A workspace has at most 50 webhooks, and a webhook five secrets.',
  },
  {
    id: 'webhooks/on-record',
    source: 'RUNTIME R11',
    sentence: 'Whoever changes, tests or replays something of a webhook is on record.',
  },
  {
    id: 'webhooks/address',
    source: 'SECURITY S24',
    sentence:
      'Its address is https, without a user name, and one the egress guard admits; http only where the operator opened the host, or on a local instance.',
  },
  {
    id: 'webhooks/address-again',
    source: 'SECURITY S24',
    sentence: 'The address is checked again at every attempt: what a name leads to by then counts.',
  },
  {
    id: 'webhooks/redirects',
    source: 'SECURITY S24',
    sentence: 'A redirect is a failed attempt, and never followed.',
  },
  {
    id: 'webhooks/hostile-answers',
    source: 'SECURITY S24',
    sentence:
      'An attempt takes five seconds at most; 2 KB of the answer are read, and kept without our secrets. An answer that breaks off is a failure.',
  },
  {
    id: 'webhooks/signature',
    source: 'Standard Webhooks 1.0',
    sentence: 'Every attempt carries webhook-id, webhook-timestamp and a v1 signature of both and the body.',
  },
  {
    id: 'webhooks/rotation',
    source: 'Standard Webhooks 1.0',
    sentence: 'A rotated secret signs beside the new one until the overlap is over, and is destroyed then.',
  },
  {
    id: 'webhooks/payload',
    source: 'PRODUCT 6',
    sentence: 'A delivery says type, time and what it is about, and stays as it was written, however often it is sent.',
  },
  {
    id: 'webhooks/approvals',
    source: 'PRODUCT 6',
    sentence: 'Approvals are told when they are requested and decided, with where to decide.',
  },
  {
    id: 'webhooks/retried',
    source: 'PRODUCT 6',
    sentence:
      'What does not arrive is tried again for about three days, under the same webhook-id, and is then failed.',
  },
  {
    id: 'webhooks/retry-after',
    source: 'RFC 9110 §10.2.3',
    sentence: 'Retry-After puts the next attempt off, by a day at most.',
  },
  {
    id: 'webhooks/gone',
    source: 'Standard Webhooks 1.0',
    sentence: 'A 410 disables a webhook at once.',
  },
  {
    id: 'webhooks/failing',
    source: 'Standard Webhooks 1.0',
    sentence: 'Five days of nothing but failures disable a webhook; it is on record, and the other webhooks are told.',
  },
  {
    id: 'webhooks/waits',
    source: 'PRODUCT 6',
    sentence: 'What happens while a webhook is disabled waits, and is sent when it is enabled.',
  },
  {
    id: 'webhooks/order',
    source: 'PRODUCT 6',
    sentence:
      'Deliveries about one thing arrive in the order in which it happened: the next waits for the one before it.',
  },
  {
    id: 'webhooks/independent',
    source: 'RUNTIME R13',
    sentence: 'What fails or hangs holds up no other subject, no other webhook and no other workspace.',
  },
  {
    id: 'webhooks/bounded',
    source: 'RUNTIME R13',
    sentence: 'Four deliveries at most are under way to one webhook.',
  },
  {
    id: 'webhooks/crash',
    source: 'RUNTIME R7',
    sentence:
      'A process that is killed anywhere loses nothing: each event arrives at least once, under one webhook-id.',
  },
  {
    id: 'webhooks/replicas',
    source: 'RUNTIME R7',
    sentence: 'Replicas send to one webhook never at the same time, and the order holds across them.',
  },
  {
    id: 'webhooks/deliveries',
    source: 'PRODUCT 6',
    sentence: 'Deliveries are listed by status and type, with attempts, the last answer and the next attempt.',
  },
  {
    id: 'webhooks/replay',
    source: 'PRODUCT 6',
    sentence: 'A delivery, or everything between two times, is sent once more, under the same webhook-id.',
  },
  {
    id: 'webhooks/test',
    source: 'RULINGS, Everywhere 8',
    sentence: 'A test sends one event at once, and answers what came of it.',
  },
  {
    id: 'webhooks/retention',
    source: 'PRODUCT 6',
    sentence: 'A delivery is kept for 30 days after it is over, and waits for 30 days at most.',
  },
] as const satisfies readonly Requirement[];
