import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { InSegment } from './chain/chained-log.ts';
import type { InPlace } from './outbox/place-events.ts';

/** Every kind of change on record and what is said of it. Rooms add theirs by `declare module`; never a secret. */
export interface EventTypes {}

declare module '../storage/schema.ts' {
  interface Tables {
    events: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      at: Fixed<string>;
      type: Fixed<string>;
      /** The principal that did it: `key:…`, `session:…`, `jwt:…`, `system`. */
      actor: Erasable<string>;
      /** The person behind it, where there is one. */
      user_id: Erasable<string | null>;
      /** What it happened to: `connection:<id>`. */
      subject: Erasable<string>;
      data: Erasable<string>;
      /** Of the audit chain, once it is sealed. */
      segment: InSegment;
      /** Its turn among all events, once it is given one (`outbox/place-events.ts`). */
      place: InPlace;
    };
  }
}

/** Who did something. `system` for what nobody asked for. */
export interface Actor {
  readonly principal: string;
  readonly userId?: string | undefined;
}

/** A caller as the one who did something. */
export function actorOf(caller: { readonly principal: string; readonly userId: string }): Actor {
  return { principal: caller.principal, userId: caller.userId };
}

export const systemActor: Actor = { principal: 'system' };

export interface NewEvent<Type extends keyof EventTypes> {
  readonly type: Type;
  readonly actor: Actor;
  readonly subject: string;
  readonly data: EventTypes[Type];
}

/** Puts a change on record in the transaction that makes it: both are there or neither is (R11). */
export function appendEvent<Type extends keyof EventTypes>(
  trx: WorkspaceTrx,
  clock: Clock,
  event: NewEvent<Type>,
): Promise<void> {
  return appendEvents(trx, clock, [event]);
}

/** The same for a change of several things alike, at least one. */
export async function appendEvents<Type extends keyof EventTypes>(
  trx: WorkspaceTrx,
  clock: Clock,
  events: readonly NewEvent<Type>[],
): Promise<void> {
  const now = clock.now();
  const at = new Date(now).toISOString();
  trx.announceEvents();
  const rows = events.map(({ type, actor, subject, data }) => ({
    id: newId(now),
    at,
    type,
    actor: actor.principal,
    user_id: actor.userId ?? null,
    subject,
    data: JSON.stringify(data),
  }));
  await trx.rows.insertInto('events').values(rows).execute();
}
