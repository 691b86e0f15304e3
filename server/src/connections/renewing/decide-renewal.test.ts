import { describe, expect, it } from 'vitest';
import { decideRenewal, type RenewalFacts } from './decide-renewal.ts';

const now = 1_000_000_000;
const good = { obtainedAt: now - 3_000_000, expiresAt: now + 600_000, renewAt: now + 300_000 };
const grant = { ...good, failures: 0, problem: null, unanswered: 0 };
const due = { ...grant, renewAt: now - 1, expiresAt: now + 300_000 };
const over = { ...grant, renewAt: now - 300_000, expiresAt: now - 1 };
const endless = { ...grant, renewAt: undefined, expiresAt: undefined };
const away = { failures: 2, problem: 'Away.' };

function decide(changed: Partial<RenewalFacts['grant']>, changes: Partial<Omit<RenewalFacts, 'grant'>> = {}) {
  const facts = { reason: 'expiring', now, isRenewable: true, repeats: 0, ...changes } as const;
  return decideRenewal({ ...facts, grant: { ...grant, ...changed } });
}

describe('a token is asked for', () => {
  it.each([
    ['when it is due', due, {}],
    ['when it is over, whenever it was to be renewed', { ...over, renewAt: now + 60_000 }, {}],
    ['when the provider turns it down before its end', grant, { reason: 'refused' }],
    ['when the provider turns down one whose end nobody knows', endless, { reason: 'refused' }],
    ['when somebody wants it', grant, { reason: 'asked' }],
    [
      'when somebody wants it, also while the provider seems to be away',
      { ...due, ...away, renewAt: now + 1 },
      { reason: 'asked' },
    ],
    ['again where the provider takes a request twice', { ...due, unanswered: 1 }, { repeats: 1 }],
  ] as const)('%s', (_when, changed, changes) => {
    expect(decide(changed, changes)).toEqual({ is: 'ask' });
  });
});

describe('a token that the provider has refused to renew', () => {
  const refused = { ...due, failures: 1, problem: 'The grant was revoked.', renewAt: undefined };

  it.each(['expiring', 'refused'] as const)('is given up without asking again, when it is %s', (reason) => {
    expect(decide(refused, { reason })).toEqual({ is: 'end', message: 'The grant was revoked.' });
  });

  it('is asked for again when somebody wants that', () => {
    expect(decide(refused, { reason: 'asked' })).toEqual({ is: 'ask' });
  });
});

describe('a token is left alone', () => {
  const renewedNow = { ...grant, obtainedAt: now - 1_000 };
  const awayNow = { ...away, renewAt: now + 5_000 };

  it.each([
    ['before it is due', { changed: grant, until: grant.renewAt }],
    ['where it has no end', { changed: endless }],
    ['while the provider is away', { changed: { ...due, ...awayNow }, until: now + 5_000 }],
    ['while the provider is away, though it is over', { changed: { ...over, ...awayNow }, until: now + 5_000 }],
    ['where it was renewed a moment ago and is turned down', { changed: renewedNow, reason: 'refused' }],
    ['to its end where an answer was lost', { changed: { ...due, unanswered: 1 }, until: due.expiresAt }],
    ['to its end where there is nothing to renew it with', { changed: due, isRenewable: false }],
    ['where it has no end and nothing renews it', { changed: endless, isRenewable: false, reason: 'refused' }],
  ] as const)('%s', (_when, { changed, ...changes }) => {
    const { until, ...others } = { until: undefined, ...changes };
    const decision = decide(changed, others);
    expect(decision.is).toBe('wait');
    expect('until' in decision ? decision.until : undefined).toBe(until);
  });
});

describe('a token is given up', () => {
  it.each([
    ['when it is over and there is nothing to renew it with', over, { isRenewable: false }],
    ['when it is over and the answer to a request was lost', { ...over, unanswered: 1 }, {}],
    ['when it is turned down and the answer to a request was lost', { ...grant, unanswered: 1 }, { reason: 'refused' }],
    ['when the answers to both requests were lost that a provider takes', { ...over, unanswered: 2 }, { repeats: 1 }],
  ] as const)('%s', (_when, changed, changes) => {
    expect(decide(changed, changes)).toMatchObject({ is: 'end', message: expect.stringMatching(/Sign in again\.$/) });
  });
});
