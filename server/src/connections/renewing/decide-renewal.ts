import type { Grant } from '../../credentials/grants/grant-store.ts';

/** Why a token is renewed: its end is near, the provider turned it down, or somebody asked for it. */
export type RenewalReason = 'expiring' | 'refused' | 'asked';

/** What it is decided on. Times in milliseconds since the epoch. */
export interface RenewalFacts {
  readonly grant: Pick<Grant, 'obtainedAt' | 'expiresAt' | 'renewAt' | 'failures' | 'problem' | 'unanswered'>;
  readonly reason: RenewalReason;
  readonly now: number;
  /** Whether there is anything to renew it with. */
  readonly isRenewable: boolean;
  /** How often a request may be repeated whose answer nobody heard: a provider that rotates ends everything at the second. */
  readonly repeats: number;
}

/** What to do about a token. */
export type Decision =
  | { readonly is: 'ask' }
  /** Not now. `until`: when it makes sense, in milliseconds since the epoch; absent: not by itself. */
  | { readonly is: 'wait'; readonly until?: number | undefined; readonly message: string }
  /** It cannot be renewed any more. */
  | { readonly is: 'end'; readonly message: string };

/** One forced renewal in this time: a provider that turns new tokens down too is not asked for one after another. */
const forcedEveryMs = 60_000;

/**
 * Whether a token is renewed now (R1). A request whose answer nobody heard is repeated only where the provider takes that;
 * until then a token that is still good goes on counting, and is never given up before its end.
 */
export function decideRenewal(facts: RenewalFacts): Decision {
  const { grant, reason, now } = facts;
  const { expiresAt, renewAt, failures, unanswered } = grant;
  const isOver = expiresAt !== undefined && expiresAt <= now;
  const isUseless = isOver || reason === 'refused';
  if (!facts.isRenewable) return isOver ? { is: 'end', message: noRefreshToken } : { is: 'wait', message: lasting };
  if (unanswered > facts.repeats)
    return isUseless ? { is: 'end', message: unheard } : { is: 'wait', until: expiresAt, message: unheard };
  // The provider has said no before: whoever looks after it may want to ask again, nobody else.
  const isGivenUp = failures > 0 && renewAt === undefined;
  if (isGivenUp && reason !== 'asked') return { is: 'end', message: grant.problem ?? noRefreshToken };
  const isBackingOff = failures > 0 && renewAt !== undefined && renewAt > now;
  if (isBackingOff && reason !== 'asked') return { is: 'wait', until: renewAt, message: grant.problem ?? lasting };
  if (reason === 'refused' && now - grant.obtainedAt < forcedEveryMs) return { is: 'wait', message: justRenewed };
  const isEarly = renewAt === undefined || renewAt > now;
  if (reason === 'expiring' && isEarly && !isOver) return { is: 'wait', until: renewAt, message: lasting };
  return { is: 'ask' };
}

const noRefreshToken = 'Its access token is over, and the provider gave nothing to renew it with. Sign in again.';
const lasting = 'Its access token is not renewed by itself.';
const justRenewed = 'The provider turns down the access token, which was renewed a moment ago.';
const unheard =
  'Plugboard was cut off while it renewed the access token, and the provider may have answered with one that nobody received. Asking twice could end the whole grant there, so it was not done. Sign in again.';
