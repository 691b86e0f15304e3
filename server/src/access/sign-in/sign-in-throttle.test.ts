import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { movableClock, startedAccess } from '../../../../tests/support/started-access.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';

const rule = { window: 60, max: 3 };

describeOnEngines('throttled sign-in (S27)', (open) => {
  it('counts attempts made at once on two replicas together', async () => {
    const storage = await open();
    const clock = movableClock();
    const replicas = [createSignInThrottle(storage, clock), createSignInThrottle(storage, clock)];
    const rulings = await Promise.all(
      replicas.flatMap((replica) => [1, 2, 3, 4].map(() => replica.consume('k', rule))),
    );
    expect(rulings.filter(({ allowed }) => allowed)).toHaveLength(3);
    expect(rulings.find(({ allowed }) => !allowed)).toEqual({ allowed: false, retryAfter: 60 });
  });

  it('starts anew when the window is over, and counts every key by itself', async () => {
    const storage = await open();
    const clock = movableClock();
    const throttle = createSignInThrottle(storage, clock);
    const takeAll = async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) await throttle.consume('k', rule);
      return throttle.consume('k', rule);
    };
    expect(await takeAll()).toMatchObject({ allowed: false });
    expect(await throttle.consume('other', rule)).toMatchObject({ allowed: true });
    clock.move(59_999);
    expect(await throttle.consume('k', rule)).toEqual({ allowed: false, retryAfter: 1 });
    clock.move(1);
    expect(await takeAll()).toMatchObject({ allowed: false });
  });

  it('forgets what nobody tried for a day', async () => {
    const storage = await open();
    const clock = movableClock();
    const throttle = createSignInThrottle(storage, clock);
    await throttle.consume('old', rule);
    clock.move(86_400_001);
    await throttle.consume('new', rule);
    expect(await storage.rows.selectFrom('rate_limits').select('key').execute()).toEqual([{ key: 'new' }]);
  });

  it('stops guessing one person’s password from many addresses', async () => {
    const world = await startedAccess(await open());
    const guess = (attempt: number) =>
      world.signIn('owner@example.com', { password: 'wrong guess', address: `192.0.2.${attempt}` });
    for (let attempt = 1; attempt <= 10; attempt += 1)
      await expect(guess(attempt)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(guess(11)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
  });

  it('stops guessing many people’s passwords from one address', async () => {
    const world = await startedAccess(await open());
    const guess = (attempt: number) => world.signIn(`p${attempt}@example.com`, { password: 'wrong guess' });
    for (let attempt = 1; attempt <= 10; attempt += 1)
      await expect(guess(attempt)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(guess(11)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(world.signIn('p12@example.com', { address: '192.0.2.99' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });
});
