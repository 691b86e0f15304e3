import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '../catalog/connector.ts';
import type { Outcome } from './outcome.ts';

/** What the provider does with the next call. */
export type Situation = 'fine' | 'refused' | 'bad_credentials' | 'rate_limit' | 'hang' | 'huge' | 'broken' | 'echo';

/** One call of the suite. */
export interface SuiteCall {
  readonly effect: Effect;
  readonly situation: Situation;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A provider and the transport that reaches it. */
export interface Scene {
  call(call: SuiteCall): Promise<Outcome>;
  /** How often the provider has been asked to write. */
  writes(): number;
  /** Seconds after which the provider says to come back. Default: 7. */
  readonly retryAfter?: number;
  stop(): Promise<void>;
}

/** The secret that every call of the suite is sent with. */
export const suiteSecret = 'suite-secret-0123456789';

/** What every transport promises, whatever it speaks (R2, R14, S25). */
export function describeTransport(name: string, start: () => Promise<Scene>): void {
  describe(`the ${name} transport`, () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await start();
    });
    afterAll(() => scene.stop());

    const call = (effect: Effect, situation: Situation, options: Partial<SuiteCall> = {}): Promise<Outcome> =>
      scene.call({ effect, situation, signal: new AbortController().signal, timeoutMs: 10_000, ...options });

    describeAnswers(call, () => scene.retryAfter ?? 7);
    describeSilence(call);

    it('reads once more when the connection breaks', async () => {
      expect(await call('read', 'broken')).toMatchObject({ status: 'ok' });
    });

    it('sends a write once, whatever happens to it', async () => {
      const before = scene.writes();
      expect(await call('write', 'broken')).toMatchObject({ status: 'outcome_unknown' });
      expect(scene.writes() - before).toBe(1);
    });
  });
}

type Call = (effect: Effect, situation: Situation, options?: Partial<SuiteCall>) => Promise<Outcome>;

function describeAnswers(call: Call, retryAfter: () => number): void {
  it.each(['read', 'write'] as const)('hands on what a %s brought', async (effect) => {
    expect(await call(effect, 'fine')).toMatchObject({ status: 'ok', output: expect.anything() });
  });

  it("tells a refusal in the provider's words", async () => {
    const outcome = await call('write', 'refused');
    expect(outcome).toMatchObject({ status: 'rejected', reason: 'input', message: expect.stringMatching(/\w+ \w+/) });
  });

  it('tells when the provider refuses the credentials', async () => {
    expect(await call('read', 'bad_credentials')).toMatchObject({ status: 'rejected', reason: 'auth' });
  });

  it('tells when to come back after a rate limit', async () => {
    expect(await call('write', 'rate_limit')).toMatchObject({
      status: 'rejected',
      reason: 'rate_limit',
      retry_after: retryAfter(),
    });
  });

  it('does not read an answer without end', async () => {
    expect((await call('read', 'huge')).status).toMatch(/rejected|unavailable/);
  });

  it('gives no secret back that the provider echoes', async () => {
    const outcome = JSON.stringify(await call('read', 'echo'));
    expect(outcome).not.toContain(suiteSecret);
    expect(outcome).toContain('[redacted]');
  });
}

function describeSilence(call: Call): void {
  const cutOff = { read: 'unavailable', write: 'outcome_unknown' } as const;

  it.each(['read', 'write'] as const)('gives up a %s in time', async (effect) => {
    const started = performance.now();
    expect((await call(effect, 'hang', { timeoutMs: 200 })).status).toBe(cutOff[effect]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it.each(['read', 'write'] as const)('gives up a %s when nobody waits any more', async (effect) => {
    const leaving = new AbortController();
    const outcome = call(effect, 'hang', { signal: leaving.signal });
    await setTimeout(200);
    leaving.abort();
    expect((await outcome).status).toBe(cutOff[effect]);
  });
}
