import { expect, it, vi } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { loose } from '../support/loose-database.ts';
import { finished, revocationNow, revoke, startRevokingWorld } from '../support/revoking.ts';

describeOnDatabases('S14: tokens that wait for their provider to be told', ({ migrated }) => {
  it('open for their own connection alone, and are destroyed where they were moved', async () => {
    covers('revocation/destroyed');
    const clock = heldClock();
    const world = await startRevokingWorld(await migrated(), { clock });
    const ids = [await world.signIn('github', 'One'), await world.signIn('github', 'Other')];
    world.github.next('unavailable', 'unavailable');
    const revocation = await revoke(world.plugboard, { ids });
    await vi.waitFor(async () => {
      const { receipts } = await revocationNow(world.plugboard, revocation);
      expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 1]);
    });
    const rows = loose(world.plugboard.app.storage.writer);
    const boxes = await rows.selectFrom('revocation_receipts').select(['connection_id', 'box']).execute();
    const [one, other] = boxes;
    const put = (to: typeof one, box: unknown) =>
      rows
        .updateTable('revocation_receipts')
        .set({ box: String(box) })
        .where('connection_id', '=', String(to?.['connection_id']))
        .execute();
    await put(one, other?.['box']);
    await put(other, one?.['box']);
    const asked = world.github.requests('DELETE').length;
    const receipts = await finished(world.plugboard, revocation, () => clock.forward(60_000));
    for (const receipt of receipts.values())
      expect(receipt).toMatchObject({
        outcome: 'failed',
        secrets: 'destroyed',
        message: expect.stringContaining('do not open'),
      });
    expect(world.github.requests('DELETE')).toHaveLength(asked);
    await world.stop();
  });
});
