import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlugboardError } from '../plugboard-error.ts';
import { pauseBeforeRetry } from './pause-before-retry.ts';

const refused = (status: number, retryAfter?: number) =>
  new PlugboardError('No.', { code: 'RATE_LIMITED', status, retryAfter });
const attempt = { error: refused(429), tries: 1, retries: 2, repeatable: false };

describe('the pause before trying again', () => {
  it('grows, and differs by chance', () => {
    expect(pauseBeforeRetry(attempt, 0)).toBe(125);
    expect(pauseBeforeRetry(attempt, 1)).toBe(250);
    expect(pauseBeforeRetry({ ...attempt, tries: 2 }, 1)).toBe(500);
    expect(pauseBeforeRetry({ ...attempt, tries: 20, retries: 30 }, 1)).toBe(8_000);
  });

  it('is never shorter than the server asks, and never longer than half a minute and a bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (seconds, chance) => {
        const pauseMs = pauseBeforeRetry({ ...attempt, error: refused(503, seconds) }, chance);
        if (seconds > 30) return pauseMs === undefined;
        return pauseMs !== undefined && pauseMs >= seconds * 1_000 && pauseMs <= seconds * 1_000 + 250;
      }),
    );
  });

  it('is none for what was served, or may not be done twice', () => {
    const lost = new PlugboardError('No.', { code: 'UNREACHABLE' });
    expect(pauseBeforeRetry({ ...attempt, error: refused(500) }, 0)).toBeUndefined();
    expect(pauseBeforeRetry({ ...attempt, error: lost }, 0)).toBeUndefined();
    expect(pauseBeforeRetry({ ...attempt, error: lost, repeatable: true }, 0)).toBe(125);
    expect(pauseBeforeRetry({ ...attempt, tries: 3 }, 0)).toBeUndefined();
  });
});
