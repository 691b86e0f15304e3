import { describe, expect, it } from 'vitest';
import { patienceMs, preferenceApplied } from './patience.ts';

describe('the patience of a call', () => {
  it.each([
    ['', undefined, 45_000],
    ['respond-async', undefined, 0],
    ['Respond-Async', undefined, 0],
    ['respond-async, wait=10', undefined, 10_000],
    ['wait=10', undefined, 10_000],
    ['wait=0', undefined, 0],
    ['wait="7"', undefined, 7_000],
    ['wait=1;x=y, wait=30', undefined, 1_000],
    ['wait=45', undefined, 45_000],
    ['wait=46', undefined, 45_000],
    ['wait=999999', undefined, 45_000],
    ['wait=-1', undefined, 45_000],
    ['wait=soon', undefined, 45_000],
    ['return=minimal, handling=lenient', undefined, 45_000],
    ['respond-async', 20, 20_000],
    ['wait=10', 0, 0],
  ])('with Prefer: %s and ?wait=%s is %i ms', (prefer, waitSeconds, expected) => {
    expect(patienceMs({ prefer, waitSeconds })).toBe(expected);
  });

  it('is confirmed only where the client preferred an answer at once', () => {
    expect(preferenceApplied({ prefer: 'respond-async' })).toEqual({ 'preference-applied': 'respond-async' });
    expect(preferenceApplied({ prefer: 'wait=3' })).toEqual({});
  });
});
