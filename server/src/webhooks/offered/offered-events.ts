import type { EventTypes } from '../../events/append-event.ts';
import { type HeardEvent, on, type Reaction } from '../../events/outbox/listener.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { PlacedEvent } from '../../events/outbox/placed-events.ts';
import '../webhook-events.ts';

/** What is said outside of an event; never a secret. */
export interface Told {
  /** The connection it is about: its connector and its end user are said beside it. */
  readonly connectionId?: string;
  /** The approval it is about: where it is decided is said beside it. */
  readonly approvalId?: string;
  /** The row of the end user it is about, where that is not whose the connection is. */
  readonly endUserId?: string | null;
  readonly data: JsonObject;
}

/** An event on record that the outside may be told of. */
export interface OfferedEvent {
  /** Its name outside. */
  readonly type: string;
  /** Reacts to the event with what is to be told of it. */
  reaction(tell: (event: ToldEvent, told: Told) => Promise<void>): Reaction;
}

/** Of an event what does not depend on its type. */
export type ToldEvent = Pick<PlacedEvent, 'id' | 'workspaceId' | 'at' | 'subject' | 'place'>;

/** Every event that is told outside: its name there, the event on record it is made of, and what is said of it. One row each. */
export const offeredEvents: readonly OfferedEvent[] = [
  offer('connection.connected', 'connection.connected', (event) => ofConnection(event)),
  offer('connection.failed', 'connection.failed', (event) => {
    const { status, reason } = event.data;
    return ofConnection(event, { status, reason });
  }),
  offer('connection.recovered', 'connection.recovered', (event) => ofConnection(event)),
  offer('connection.expiring', 'connection.expiring', (event) => {
    const { expires_at, hours } = event.data;
    return ofConnection(event, { expires_at, hours });
  }),
  offer('connection.revoked', 'connection.revoked', (event) =>
    ofConnection(event, { revocation_id: event.data.revocation ?? null }),
  ),
  // Its address is not told: what a call is made with stands in it.
  offer('approval.requested', 'approval.requested', (event) => ofApproval(event)),
  offer('approval.decided', 'approval.approved', (event) => ofDecision(event, 'approved')),
  offer('approval.decided', 'approval.declined', (event) => ofDecision(event, 'declined')),
  offer('approval.expired', 'approval.expired', (event) => ofApproval(event, { reason: 'not_decided_in_time' })),
  offer('approval.expired', 'approval.voided', (event) => ofApproval(event, { reason: event.data.reason })),
  offer('end_user.erased', 'end_user.erased', ({ subject, data }) => ({
    data: { pseudonym: idIn(subject), revocation_id: data.revocation },
  })),
  offer('webhook.disabled', 'webhook.disabled', ({ subject, data: { origin, reason } }) => ({
    data: { webhook_id: idIn(subject), origin, reason },
  })),
];

/** The event that somebody sends to try a webhook: it goes to that one alone, whatever it asked for. */
export const testEvent = 'webhook.test';

/** The names outside, each once, in the order they are offered. */
export const offeredTypes: readonly string[] = [...new Set([...offeredEvents.map(({ type }) => type), testEvent])];

function offer<Type extends keyof EventTypes>(
  type: string,
  inside: Type,
  say: (event: HeardEvent<Type>) => Told,
): OfferedEvent {
  return { type, reaction: (tell) => on(inside, (event) => tell(event, say(event))) };
}

function ofConnection({ subject }: Pick<PlacedEvent, 'subject'>, data: JsonObject = {}): Told {
  return { connectionId: idIn(subject), data };
}

type OfApproval = Pick<HeardEvent<'approval.expired'>, 'subject' | 'data'>;

function ofApproval({ subject, data }: OfApproval, more: JsonObject = {}): Told {
  const { tool, tool_label, effect, destructive, requested_by, expires_at } = data;
  return {
    connectionId: data.connection_id,
    approvalId: idIn(subject),
    endUserId: data.end_user_id,
    data: { tool, tool_label, effect, destructive, requested_by, expires_at, ...more },
  };
}

type OfDecision = Pick<HeardEvent<'approval.approved'>, 'subject' | 'data'>;

/** Whether somebody of the workspace decided, or the end user; not who: that is on record. */
function ofDecision(event: OfDecision, decision: 'approved' | 'declined'): Told {
  const { note, decided_by_end_user } = event.data;
  return ofApproval(event, {
    decision,
    note,
    decided_by: (decided_by_end_user ?? null) === null ? 'workspace' : 'end_user',
  });
}

/** The id of `connection:<id>`. */
function idIn(subject: string): string {
  return subject.slice(subject.indexOf(':') + 1);
}
