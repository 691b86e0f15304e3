import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import type { Storage } from '../../storage/storage.ts';
import { keyOf, renew, type Renewal, type RenewalTarget, type Renewing } from './renew.ts';

/** How long a call waits at most: longer than a lease, so that it sees what becomes of one that was left behind. */
const patienceMs = 20_000;
const lookEveryMs = 50;

const waits = new WeakMap<Storage, Map<string, Promise<Renewal>>>();

/**
 * Renews a token, or waits while another process does, and answers what came of it; `held` where that took too long, or
 * nobody waits for it any more. Whoever waits for the same in this process looks at the database together.
 */
export function awaitRenewal(ctx: Renewing & Pick<Context, 'signal'>, target: RenewalTarget): Promise<Renewal> {
  const waiting = waits.get(ctx.storage) ?? new Map<string, Promise<Renewal>>();
  waits.set(ctx.storage, waiting);
  const key = keyOf(target);
  const wait = waiting.get(key) ?? waitWhileHeld(ctx, target).finally(() => waiting.delete(key));
  waiting.set(key, wait);
  return unlessAborted(wait, ctx.signal);
}

async function waitWhileHeld(app: Renewing, target: RenewalTarget): Promise<Renewal> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const renewal = await renew(app, target);
    if (renewal.is !== 'held' || performance.now() > until || app.deadline.aborted) return renewal;
    await sleep(Math.min(Math.max(renewal.forMs, 1), lookEveryMs));
  }
}

const left: Renewal = { is: 'held', forMs: 0 };

async function unlessAborted(renewal: Promise<Renewal>, signal: AbortSignal): Promise<Renewal> {
  if (signal.aborted) return left;
  const leaving = Promise.withResolvers<Renewal>();
  const leave = (): void => leaving.resolve(left);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([renewal, leaving.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
