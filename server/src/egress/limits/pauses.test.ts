import { expect, it } from 'vitest';
import { describeOnEngines } from '../../../../tests/support/databases.ts';
import { addConnectionRow } from '../../../../tests/support/add-connection-row.ts';
import { addWorkspace } from '../../../../tests/support/add-workspace.ts';
import { forgetPauses } from './pause-store.ts';
import { createPauses } from './pauses.ts';

const start = Date.parse('2026-03-01T12:00:00Z');

describeOnEngines('pauses', (open) => {
  async function scene() {
    const storage = await open();
    const workspaceId = await addWorkspace(storage);
    const connectionId = await addConnectionRow(storage, workspaceId);
    const clock = { time: start, now: () => clock.time };
    const warnings: unknown[] = [];
    const replica = (on: Parameters<typeof createPauses>[0]['storage'] = storage) =>
      createPauses({ storage: on, clock, log: { warn: (line: unknown) => warnings.push(line) } });
    const paused = { workspaceId, connectionId, generation: 1, part: '' };
    const rows = () => storage.rows.selectFrom('connection_pauses').selectAll().execute();
    return { storage, clock, warnings, replica, paused, rows };
  }

  it('hold on the replica that learned them at once, and on others when they read', async () => {
    const { replica, paused, clock } = await scene();
    const [one, other] = [replica(), replica()];
    await Promise.all([one.refresh(), other.refresh()]);
    await one.learn(paused, start + 60_000);
    expect(one.known(paused)).toBe(start + 60_000);
    await other.refresh();
    expect(other.known(paused)).toBe(start + 60_000);
    expect([one.count(), other.count()]).toEqual([1, 1]);
    clock.time += 60_000;
    expect(one.count()).toBe(0);
  });

  it('are read before the first call after a start, and again where what is known is older than a second', async () => {
    const { storage, replica, paused, clock } = await scene();
    const pauses = replica();
    expect(pauses.known(paused)).toBeUndefined();
    await pauses.refresh();
    expect(pauses.known(paused)).toBe(0);
    clock.time += 1_001;
    expect(pauses.known(paused)).toBe(storage.engine === 'postgres' ? undefined : 0);
  });

  it('are those of a configuration: another one is not held back', async () => {
    const { replica, paused } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await pauses.learn(paused, start + 60_000);
    expect(pauses.known({ ...paused, generation: 2 })).toBe(0);
    await pauses.learn({ ...paused, generation: 2 }, start + 5_000);
    const after = replica();
    await after.refresh();
    expect([after.known(paused), after.known({ ...paused, generation: 2 })]).toEqual([0, start + 5_000]);
  });

  it('of one tool leave the others alone, and one of all holds for each', async () => {
    const { replica, paused } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await pauses.learn({ ...paused, part: 'search' }, start + 30_000);
    expect([pauses.known({ ...paused, part: 'search' }), pauses.known({ ...paused, part: 'get' })]).toEqual([
      start + 30_000,
      0,
    ]);
    await pauses.learn(paused, start + 10_000);
    expect([pauses.known({ ...paused, part: 'search' }), pauses.known({ ...paused, part: 'get' })]).toEqual([
      start + 30_000,
      start + 10_000,
    ]);
  });

  it('are written once where many calls are told the same, and never made shorter', async () => {
    const { replica, paused, rows } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await Promise.all(Array.from({ length: 20 }, (_, n) => pauses.learn(paused, start + 60_000 + n)));
    expect(await rows()).toMatchObject([{ not_before: new Date(start + 60_000).toISOString() }]);
    await replica().learn(paused, start + 30_000);
    expect(await rows()).toMatchObject([{ not_before: new Date(start + 60_000).toISOString() }]);
    await pauses.learn(paused, start + 120_000);
    expect(await rows()).toMatchObject([{ not_before: new Date(start + 120_000).toISOString() }]);
  });

  it('that are over before anybody could learn of them are not written', async () => {
    const { replica, paused, rows } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await pauses.learn(paused, start + 1_999);
    expect(pauses.known(paused)).toBe(start + 1_999);
    expect(await rows()).toEqual([]);
  });

  it('last an hour at most, whatever is asked for', async () => {
    const { replica, paused } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await pauses.learn(paused, start + 86_400_000);
    expect(pauses.known(paused)).toBe(start + 3_600_000);
  });

  it('hold where the database is away', async () => {
    const { storage, replica, paused, warnings } = await scene();
    const isAway = (): never => {
      throw new Error('The database is away.');
    };
    const away = {
      engine: storage.engine,
      workspace: isAway,
      get rows() {
        return isAway();
      },
    };
    const pauses = replica(away);
    await pauses.refresh();
    await pauses.learn(paused, start + 60_000);
    expect(pauses.known(paused)).toBe(start + 60_000);
    expect(warnings).toHaveLength(2);
  });

  it('are swept when they are over, and go with their connection', async () => {
    const { storage, replica, paused, rows } = await scene();
    const pauses = replica();
    await pauses.refresh();
    await pauses.learn(paused, start + 60_000);
    await forgetPauses(storage, new Date(start + 60_000).toISOString());
    expect(await rows()).toHaveLength(1);
    await forgetPauses(storage, new Date(start + 60_001).toISOString());
    expect(await rows()).toEqual([]);
    await pauses.learn(paused, start + 600_000);
    await storage.transact((trx) => trx.rows.deleteFrom('connections').execute());
    expect(await rows()).toEqual([]);
  });
});
