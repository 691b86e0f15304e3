import { appendEvent, type Actor } from '../../events/append-event.ts';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import type { Transition } from './transition.ts';

/** The columns of a connection after a transition. One with another status is due to be looked at by its own schedule. */
export function healthColumns(clock: Clock, { status, reason, event }: Transition) {
  return {
    status,
    status_reason: reason,
    updated_at: isoTime(clock),
    ...(event === undefined ? {} : { look_at: null, looks: 0 }),
  } as const;
}

/** Whom it happened to, and through whom. */
export interface HealthFacts {
  readonly connection: Pick<Connection, 'id' | 'connectorId' | 'endUser'>;
  readonly actor: Actor;
  /** Who it is at the provider, when known. Of an end user's connection the record does not say it: it could not be erased. */
  readonly identity: string | null;
}

/** Puts a transition on record, in the transaction that makes it; one that nobody needs to hear of is none. */
export async function tellHealth(
  trx: WorkspaceTrx,
  clock: Clock,
  { connection, actor, identity: known, transition }: HealthFacts & { readonly transition: Transition },
): Promise<void> {
  const { status, reason, event } = transition;
  const about = { actor, subject: subjectOf(connection) };
  const connector = connection.connectorId;
  const identity = connection.endUser === null ? known : null;
  switch (event) {
    case undefined:
      return;
    case 'connection.failed':
      return appendEvent(trx, clock, { type: event, ...about, data: { connector, status, reason: reason ?? '' } });
    case 'connection.revoked':
      return appendEvent(trx, clock, { type: event, ...about, data: { connector } });
    default:
      return appendEvent(trx, clock, { type: event, ...about, data: { connector, identity } });
  }
}
