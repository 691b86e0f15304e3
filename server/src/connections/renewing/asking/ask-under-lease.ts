import type { App } from '../../../context.ts';
import {
  type Lease,
  type LeaseWish,
  leasedFor,
  leaseGrant,
  returnGrant,
} from '../../../credentials/grants/lease-grant.ts';
import { isoTime } from '../../../lib/clock.ts';
import { randomToken } from '../../../lib/ids.ts';
import type { TokenOutcome } from '../../../oauth/token-set.ts';
import type { Renewal } from '../renew.ts';
import { keepAnswer } from '../settling/keep-answer.ts';
import { persist } from '../settling/persist.ts';
import type { AskableQuestion } from './question-of.ts';

type Asking = Pick<App, 'storage' | 'vault' | 'clock' | 'log' | 'errands'>;

/** Longer than a request may take, by enough for the transactions around it and for clocks that run at different speeds. */
const leaseMs = 15_000;
/** When the socket is closed at the latest, before anybody else may ask. */
const requestMs = 13_000;
/** What a request may need: one that has less left is not begun. */
const neededMs = 10_000;

/**
 * Sends a request that was prepared, and keeps what comes of it. The lease covers that and nothing else: it is taken with the
 * record of the attempt, committed before anything is sent (R1).
 */
export async function askUnderLease(app: Asking, question: AskableQuestion): Promise<Renewal> {
  const { db, grant } = question;
  const before = performance.now();
  const wish = { engine: app.storage.engine, owner: randomToken(12), leaseMs, startedAt: isoTime(app.clock) };
  const lease = await taken(app, question, wish);
  if (lease === undefined) return { is: 'held', forMs: await leasedFor(db, wish.engine, grant.connectionId) };
  const leftMs = Math.floor(requestMs - (performance.now() - before));
  const outcome = leftMs < neededMs ? tooLate : await question.ask(AbortSignal.timeout(leftMs));
  return keepAnswer(app, { ...question, lease, outcome });
}

/** A lease that may have been committed though nobody was told so is given back: nothing was sent with it. */
async function taken(app: Asking, { db, grant }: AskableQuestion, wish: LeaseWish): Promise<Lease | undefined> {
  try {
    return await leaseGrant(db, grant, wish);
  } catch (error) {
    const giveBack = () => db.transact((trx) => returnGrant(trx, grant, wish.owner));
    app.errands.run(persist(app, giveBack)).catch(() => undefined);
    throw error;
  }
}

const tooLate: TokenOutcome = {
  unreachable: true,
  sent: false,
  message: 'The database took too long to begin renewing the access token.',
};
