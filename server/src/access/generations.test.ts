import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeOnDatabases, describeOnEngines } from '../../../tests/support/databases.ts';
import { movableClock, startedAccess } from '../../../tests/support/started-access.ts';
import { systemClock } from '../lib/clock.ts';
import { openStorage } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { createAccess } from './create-access.ts';
import { bumpGeneration, createGenerations } from './generations.ts';
import { revokeKey } from './keys/api-keys.ts';

describeOnEngines('generations', (open) => {
  it('relies on what was confirmed for a second and not longer', async () => {
    const storage = await open();
    const { first, clock } = await startedAccess(storage);
    const { workspaceId } = first.caller;
    const generations = createGenerations(storage, clock);
    expect(generations.confirmed(workspaceId)).toBeUndefined();
    const before = await generations.confirm(workspaceId);
    await bumpElsewhere(storage);
    clock.move(1_000);
    expect(generations.confirmed(workspaceId)).toBe(before);
    clock.move(1);
    expect(generations.confirmed(workspaceId)).toBeUndefined();
    expect(await generations.confirm(workspaceId)).toBe(before + 1);
  });

  it('bumps one workspace alone, and nothing where the transaction fails', async () => {
    const storage = await open();
    const { first } = await startedAccess(storage);
    const read = () => storage.rows.selectFrom('workspace_state').select('generation').executeTakeFirstOrThrow();
    const before = await read();
    const failing = first.db.transact(async (trx) => {
      await bumpGeneration(trx);
      throw new Error('No.');
    });
    await expect(failing).rejects.toThrow('No.');
    await storage.workspace('another').transact(bumpGeneration);
    expect(await read()).toEqual(before);
  });

  it('knows a key again without asking the database', async () => {
    const world = await startedAccess(await open());
    const { text } = await world.keyOf(world.first);
    await world.storage.transact(({ rows }) => rows.deleteFrom('api_keys').execute());
    await expect(world.enter({ apiKey: text })).resolves.toMatchObject({ via: 'key' });
  });

  it('learns at once of a change that this process commits', async () => {
    const world = await startedAccess(await open());
    const { text, acting } = await world.keyOf(world.first);
    await revokeKey(world.first, acting.caller.key?.id ?? '');
    await expect(world.enter({ apiKey: text })).rejects.toThrow('Nobody.');
  });

  it('does not keep an unknown key out for longer than a second', async () => {
    const world = await startedAccess(await open());
    const wanted = world.keyOf(world.first);
    const { text } = await wanted;
    const other = createAccess({ ...world, oidc: undefined, fetchJson: async () => undefined });
    const credentials = { authorization: undefined, cookie: undefined };
    expect(await other.identify({ ...credentials, apiKey: `${text}x` })).toBeUndefined();
    expect(await other.identify({ ...credentials, apiKey: text })).toBeDefined();
  });
});

/** As another process does it: nothing here hears of it. */
async function bumpElsewhere(storage: Storage): Promise<void> {
  await storage.transact(({ rows }) =>
    rows
      .updateTable('workspace_state')
      .set((eb) => ({ generation: eb('generation', '+', 1) }))
      .execute(),
  );
}

describeOnDatabases('a second replica', (databases) => {
  it.skipIf(databases.engine === 'sqlite')(
    'soon holds a revocation while it is in use',
    { timeout: 20_000 },
    async () => {
      const config = await databases.migrated();
      const [here, there] = [await openStorage(config), await openStorage(config)];
      const world = await startedAccess(here, { clock: { ...movableClock(), now: () => Date.now() } });
      const replica = createAccess({
        ...world,
        storage: there,
        clock: systemClock,
        oidc: undefined,
        fetchJson: async () => undefined,
      });
      replica.start();
      const { text, acting } = await world.keyOf(world.first);
      const holds = async () =>
        (await replica.identify({ authorization: undefined, cookie: undefined, apiKey: text })) !== undefined;
      expect(await holds()).toBe(true);
      await revokeKey(world.first, acting.caller.key?.id ?? '');
      const revokedAt = performance.now();
      while (performance.now() - revokedAt < 10_000 && (await holds())) await pause(10);
      expect(performance.now() - revokedAt).toBeLessThan(5_000);
      await replica.stop();
      await Promise.all([here.close(), there.close()]);
    },
  );
});
