import { beforeAll, expect, it, vi } from 'vitest';
import type { OauthEmulator } from '../emulators/oauth/emulator.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { loose } from '../support/loose-database.ts';
import {
  eventsOf,
  finished,
  revocationNow,
  revoke,
  type RevokingWorld,
  startRevokingWorld,
} from '../support/revoking.ts';

const [minuteMs, dayMs] = [60_000, 86_400_000];

describeOnDatabases('providers that are told of revoked connections', ({ migrated }) => {
  const clock = heldClock();
  let world: RevokingWorld;
  beforeAll(async () => {
    world = await startRevokingWorld(await migrated(), { clock });
    return () => world.stop();
  });

  const asked = () => world.github.requests('DELETE').length;
  const isOver = ({ grants }: OauthEmulator) =>
    [...grants.tokens.values()].every(({ ended, grant }) => ended || grant.ended);
  const signIn = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let at = 0; at < count; at += 1) ids.push(await world.signIn('github', `Number ${at}`));
    return ids;
  };
  const later = () => clock.forward(minuteMs);

  it('and are away are told again, until they are back', async () => {
    covers('revocation/again');
    const ids = await signIn(1);
    const [id = ''] = ids;
    world.github.next('unavailable', 'reset', 'bad_gateway');
    const revocation = await revoke(world.plugboard, { ids });
    await vi.waitFor(async () => {
      const { receipts } = await revocationNow(world.plugboard, revocation);
      expect(receipts).toMatchObject([
        { outcome: 'waiting', attempts: 1, secrets: 'sealed', message: expect.stringContaining('503') },
      ]);
    });
    expect(isOver(world.github)).toBe(false);
    const receipts = await finished(world.plugboard, revocation, later);
    expect(receipts.get(id)).toMatchObject({ outcome: 'revoked_at_provider', attempts: 3, secrets: 'destroyed' });
    expect(isOver(world.github)).toBe(true);
  });

  it('and say when to come back are left alone until then, with whatever else they are to be told', async () => {
    covers('revocation/polite');
    const ids = await signIn(6);
    const before = asked();
    world.github.next('rate_limit', 'rate_limit');
    const revocation = await revoke(world.plugboard, { ids });
    await vi.waitFor(() => expect(asked()).toBe(before + 2));
    await new Promise((resolve) => setTimeout(resolve, 300));
    clock.forward(4_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(asked()).toBe(before + 2);
    const receipts = await finished(world.plugboard, revocation, later);
    expect([...receipts.values()].every(({ outcome }) => outcome === 'revoked_at_provider')).toBe(true);
    expect(asked()).toBe(before + 2 + ids.length);
  });

  it('and fail again and again are left alone for longer and longer', async () => {
    covers('revocation/polite');
    const ids = await signIn(8);
    const before = asked();
    world.github.next(...Array.from({ length: 4 }, () => 'unavailable' as const));
    const revocation = await revoke(world.plugboard, { ids });
    await vi.waitFor(() => expect(asked()).toBeGreaterThanOrEqual(before + 3));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked()).toBeLessThanOrEqual(before + 4);
    const receipts = await finished(world.plugboard, revocation, later);
    expect([...receipts.values()].every(({ outcome }) => outcome === 'revoked_at_provider')).toBe(true);
    expect(asked()).toBeLessThanOrEqual(before + 4 + ids.length);
  });

  it('and stay away for a day are given up, and the secrets are destroyed all the same', async () => {
    covers('revocation/again', 'revocation/destroyed', 'revocation/on-record');
    const ids = await signIn(7);
    const [id = ''] = ids;
    world.github.next(...Array.from({ length: 60 }, () => 'unavailable' as const));
    const revocation = await revoke(world.plugboard, { ids });
    await vi.waitFor(async () => {
      const { receipts } = await revocationNow(world.plugboard, revocation);
      expect(receipts.some(({ attempts }) => attempts === 1)).toBe(true);
    });
    const receipts = await finished(world.plugboard, revocation, () => clock.forward(dayMs / 8));
    for (const receipt of receipts.values())
      expect(receipt).toMatchObject({
        outcome: 'failed',
        secrets: 'destroyed',
        message: expect.stringContaining('It was tried for a day. The provider answered 503'),
      });
    expect(await eventsOf(world.plugboard, `connection:${id}`)).toContain('connection.not_revoked_at_provider');
    const boxes = loose(world.plugboard.app.storage.writer)
      .selectFrom('revocation_receipts')
      .select('box')
      .where('box', 'is not', null);
    expect(await boxes.execute()).toEqual([]);
    expect(isOver(world.github)).toBe(false);
  });
});
