import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Storage } from '../../storage/storage.ts';
import '../tables.ts';

export interface ThrottleRule {
  /** Seconds. */
  readonly window: number;
  readonly max: number;
}

export interface ThrottleRuling {
  readonly allowed: boolean;
  /** Seconds until the window ends, where it was one attempt too many. */
  readonly retryAfter: number | null;
}

/** Counts attempts at signing in, by address and by e-mail. */
export interface SignInThrottle {
  /** Counts one attempt in the running window, in one statement: attempts made at once all count. */
  consume(key: string, rule: ThrottleRule): Promise<ThrottleRuling>;
}

const forgottenAfterMs = 86_400_000;

/** Counts in the database, so that all replicas count together (S27). */
export function createSignInThrottle(storage: Storage, clock: Clock): SignInThrottle {
  return {
    async consume(key, { window, max }) {
      const now = clock.now();
      const { count, began } = await countAttempt(storage, { key, now, before: now - window * 1_000 });
      if (count === 1) await forgetOld(storage, now);
      const allowed = count <= max;
      return { allowed, retryAfter: allowed ? null : Math.max(1, Math.ceil(window - (now - began) / 1_000)) };
    },
  };
}

interface Attempt {
  readonly key: string;
  readonly now: number;
  /** A window that began at this time or earlier is over. */
  readonly before: number;
}

function countAttempt(
  storage: Storage,
  { key, now, before }: Attempt,
): Promise<{ readonly count: number; readonly began: number }> {
  return storage.transact(({ rows }) =>
    rows
      .insertInto('rate_limits')
      .values({ id: newId(now), key, count: 1, last_request: now })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(({ eb }) => ({
          count: eb
            .case()
            .when('rate_limits.last_request', '<=', before)
            .then(1)
            .else(eb('rate_limits.count', '+', 1))
            .end(),
          last_request: eb
            .case()
            .when('rate_limits.last_request', '<=', before)
            .then(now)
            .else(eb.ref('rate_limits.last_request'))
            .end(),
        })),
      )
      .returning(['count', 'last_request as began'])
      .executeTakeFirstOrThrow(),
  );
}

/** In a transaction of its own: who counts holds one row and waits for none. */
async function forgetOld(storage: Storage, now: number): Promise<void> {
  await storage.transact(({ rows }) =>
    rows
      .deleteFrom('rate_limits')
      .where('last_request', '<', now - forgottenAfterMs)
      .execute(),
  );
}
