import type { Context } from '../../context.ts';
import { bumpGeneration } from '../../access/generations.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { readOrigin } from './app-origin.ts';
import { type AppOrigin, deleteOrigin, insertOrigin, listOrigins, mostOrigins } from './app-origin-store.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'app_origin.registered': { readonly origin: string };
    'app_origin.removed': { readonly origin: string };
  }
}

type Registering = Pick<Context, 'db' | 'clock' | 'caller'>;

/** An origin with whether it was there before. */
export interface Registered {
  readonly origin: AppOrigin;
  readonly isNew: boolean;
}

/** Registers an origin; one that is there already is answered as it is. Throws BAD_REQUEST where it is no origin, or one too many. */
export async function registerOrigin({ db, clock, caller }: Registering, text: string): Promise<Registered> {
  const wanted = readOrigin(text);
  if (wanted === undefined) throw new Failure('BAD_REQUEST', notAnOrigin);
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const known = await listOrigins(trx);
    const same = known.find(({ origin }) => origin === wanted);
    if (same) return { origin: same, isNew: false };
    if (known.length >= mostOrigins)
      throw new Failure('BAD_REQUEST', `A workspace has at most ${mostOrigins} origins. Delete one that is not used.`);
    const origin = { origin: wanted, createdAt: isoTime(clock) };
    await insertOrigin(trx, origin);
    const subject = `workspace:${trx.workspaceId}`;
    const data = { origin: wanted };
    await appendEvent(trx, clock, { type: 'app_origin.registered', actor: actorOf(caller), subject, data });
    return { origin, isNew: true };
  });
}

const notAnOrigin =
  'origin must be a scheme, a host and a port where it is not the usual one, and nothing more: https://app.example. http is for localhost alone.';

/** Forgets an origin: links that were to lead there no longer do. Throws NOT_FOUND where it is not registered. */
export async function removeOrigin({ db, clock, caller }: Registering, origin: string): Promise<void> {
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (!(await deleteOrigin(trx, origin))) throw new Failure('NOT_FOUND', 'This origin is not registered.');
    const subject = `workspace:${trx.workspaceId}`;
    await appendEvent(trx, clock, { type: 'app_origin.removed', actor: actorOf(caller), subject, data: { origin } });
  });
}
