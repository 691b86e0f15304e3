import { bumpGeneration } from '../../../access/generations.ts';
import type { App } from '../../../context.ts';
import { releaseGrant, type Setback } from '../../../credentials/grants/lease-grant.ts';
import type { TokenOutcome } from '../../../oauth/token-set.ts';
import { changeStatus, noNewToken } from './change-status.ts';
import type { Answered } from './keep-answer.ts';
import { persist } from './persist.ts';
import { retryMs } from './put-off.ts';
import { repeatsOf } from '../asking/question-of.ts';
import type { Renewal } from '../renew.ts';

type Problem = Exclude<TokenOutcome, { ok: true }>;
type Troubled = Answered & { readonly problem: Problem };

/**
 * Keeps that a token was not renewed. What the provider refuses is over (RULINGS 003.2); where nobody could be asked, or the
 * answer is none, it is tried again later and nothing else changes.
 */
export async function keepProblem(app: Pick<App, 'clock' | 'log'>, troubled: Troubled): Promise<Renewal> {
  const { grant, problem } = troubled;
  const isOver = grant.expiresAt !== undefined && grant.expiresAt <= app.clock.now();
  const keep = isFinal(problem, isOver) ? keepEnd : keepSetback;
  const renewal = await persist(app, () => keep(app, troubled));
  return renewal ?? { is: 'held', forMs: 0 };
}

/** Each answers `undefined`, and changes nothing, where somebody else holds the lease by now. */
async function keepEnd({ clock }: Pick<App, 'clock'>, troubled: Troubled): Promise<Renewal | undefined> {
  const { db, connection, lease, grant, secrets, problem } = troubled;
  const { message } = problem;
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const down = { renewAt: null, failures: grant.failures + 1, problem: message };
    if (!(await releaseGrant(trx, lease, down))) return undefined;
    await changeStatus(trx, clock, { connection, finding: noNewToken(secrets.kind, message) });
    return { is: 'over', message };
  });
}

async function keepSetback({ clock }: Pick<App, 'clock'>, troubled: Troubled): Promise<Renewal | undefined> {
  const { db, lease, grant, problem } = troubled;
  const failures = grant.failures + 1;
  const until = againAt(troubled, { now: clock.now(), failures });
  const wasSent = !('unreachable' in problem) || problem.sent;
  const unanswered = wasSent ? 0 : grant.unanswered;
  const setback = { renewAt: until, failures, problem: problem.message, unanswered };
  const isKept = await db.transact((trx) => releaseGrant(trx, lease, setback));
  return isKept ? { is: 'later', until, message: problem.message } : undefined;
}

/** What says nothing about the grant: codes (RFC 6749 §4.1.2.1, RFC 8628 §3.5), an answer that is none, a rule of our own. */
const passing: ReadonlySet<string> = new Set([
  'malformed',
  'blocked',
  'server_error',
  'temporarily_unavailable',
  'slow_down',
]);
/** Codes about our client: whoever looks after the app can put it right while the token lasts. */
const aboutClient: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);

function isFinal(problem: Problem, isOver: boolean): boolean {
  if ('unreachable' in problem || passing.has(problem.error)) return false;
  return isOver || !aboutClient.has(problem.error);
}

/**
 * When it is tried again. A request that may have arrived could have used up the refresh token: where the provider does not
 * take it twice, it is risked only once there is nothing left to lose: when the token is over or turned down.
 */
function againAt(
  { problem, grant, connector, secrets, reason }: Troubled,
  { now, failures }: Pick<Setback, 'failures'> & { readonly now: number },
): number {
  const askedMs = 'unreachable' in problem ? (problem.retryAfterMs ?? 0) : 0;
  const soonest = now + Math.max(retryMs(failures), askedMs);
  const isUseless = reason === 'refused';
  if (isUseless || !isUnheard(problem) || repeatsOf(connector, secrets) > 0) return soonest;
  return Math.max(soonest, grant.expiresAt ?? 0);
}

/** Whether the request may have come to something that nobody can read. A server that says when to come back took nothing in. */
function isUnheard(problem: Problem): boolean {
  if (!('unreachable' in problem)) return problem.error === 'malformed';
  return problem.sent && problem.retryAfterMs === undefined;
}
