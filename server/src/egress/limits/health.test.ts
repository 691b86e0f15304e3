import { describe, expect, it } from 'vitest';
import { EgressError } from '../egress.ts';
import { mostFailures } from './breakers.ts';
import { createHealth } from './health.ts';

const origin = 'https://api.example.com';

function scene() {
  const lines: string[] = [];
  const log = {
    warn: (facts: object) => lines.push(JSON.stringify(facts)),
    info: (facts: object) => lines.push(JSON.stringify(facts)),
  };
  const health = createHealth({ clock: { now: () => 5_000 }, log });
  const often = (act: () => void): void => {
    for (let n = 0; n < mostFailures; n += 1) act();
  };
  const refused = (): readonly boolean[] => ['one', 'other'].map((id) => health.refusedUntil(origin, id) !== undefined);
  return { health, often, refused, lines };
}

describe('the health of an origin', () => {
  it.each(['connect', 'tls', 'dns', 'timeout'] as const)(
    'is gone for everybody where no connection is made: %s',
    (problem) => {
      const { health, often, refused, lines } = scene();
      often(() => health.unreachable(origin, new EgressError(problem, 'No.')));
      expect(refused()).toEqual([true, true]);
      expect(health.open()).toEqual({ everybody: 1, workspace: 0 });
      expect(lines).toEqual([JSON.stringify({ origin, until: new Date(10_000).toISOString() })]);
    },
  );

  it.each([502, 503, 504])('is gone for the workspace alone whose calls a gateway answers with %i', (status) => {
    const { health, often, refused } = scene();
    often(() => health.answered(origin, 'one', status));
    expect(refused()).toEqual([true, false]);
    expect(health.open()).toEqual({ everybody: 0, workspace: 1 });
  });

  it.each(['timeout', 'broken'] as const)(
    'is gone for the workspace alone whose calls get no answer: %s',
    (problem) => {
      const { health, often, refused } = scene();
      often(() => health.failed(origin, 'one', new EgressError(problem, 'No.', { sent: true })));
      expect(refused()).toEqual([true, false]);
    },
  );

  it.each([200, 302, 400, 401, 403, 404, 408, 422, 429, 500, 501])('does not suffer from an answer %i', (status) => {
    const { health, often, refused } = scene();
    often(() => health.answered(origin, 'one', status));
    expect(refused()).toEqual([false, false]);
  });

  it.each(['refused', 'too_large', 'aborted', 'busy'] as const)(
    'does not suffer from what is no fault of it: %s',
    (problem) => {
      const { health, often, refused } = scene();
      often(() => health.failed(origin, 'one', new EgressError(problem, 'No.', { sent: true })));
      often(() => health.unreachable(origin, new EgressError(problem, 'No.')));
      expect(refused()).toEqual([false, false]);
    },
  );

  it('does not suffer from a request that was never sent, nor from a bug', () => {
    const { health, often, refused } = scene();
    often(() => health.failed(origin, 'one', new EgressError('timeout', 'No.')));
    often(() => health.failed(origin, 'one', new TypeError('No.')));
    expect(refused()).toEqual([false, false]);
  });

  it('is back for all with an answer to anybody, and for a workspace with one to its own', () => {
    const { health, often, refused } = scene();
    often(() => health.unreachable(origin, new EgressError('connect', 'No.')));
    often(() => health.answered(origin, 'one', 503));
    health.answered(origin, 'other', 404);
    expect(refused()).toEqual([true, false]);
    health.answered(origin, 'one', 200);
    expect(refused()).toEqual([false, false]);
  });

  it('is told of by the process itself too, on nobody’s account', () => {
    const { health, often, refused } = scene();
    often(() => health.answered(origin, undefined, 503));
    expect(refused()).toEqual([false, false]);
  });
});
