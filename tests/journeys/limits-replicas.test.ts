import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startGate } from '../emulators/gate.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

const limited = { status: 429, body: { message: 'Slow down' }, headers: { 'retry-after': '600' } };

describeOnDatabases('a limit that one process has met', ({ engine, migrated }) => {
  const catalog = catalogFolder({ gated: gated('gated') });

  async function scene() {
    const gate = await startGate();
    gate.open = true;
    const settings = { ...settingsFor(await migrated()), PLUGBOARD_CATALOG_DIRS: catalog };
    const one = await startServerProcess(settings);
    const connection = await connect(one, ['gated', { base_url: gate.url, token: 'a-token-0123456' }]);
    const call = async (by: ServerProcess) => {
      const path = `POST /api/v1/connections/${connection}/tools/get_thing/call`;
      return (await by.call(path, { body: { arguments: { name: 'a' } } })).body;
    };
    return { gate, settings, one, call };
  }

  it.skipIf(engine === 'sqlite')('is kept by the others within a second, without asking the provider', async () => {
    covers('limits/shared');
    const { gate, settings, one, call } = await scene();
    const other = await startServerProcess(settings);
    expect(await call(other)).toMatchObject({ status: 'ok' });
    gate.next(limited);
    expect(await call(one)).toMatchObject({ status: 'rejected', reason: 'rate_limit', retry_after: 600 });
    const asked = gate.requests.length;
    // What a replica knows may be a second old; from then on it must know.
    await setTimeout(1_000);
    expect(await call(other)).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    expect(gate.requests).toHaveLength(asked);
    await Promise.all([one.stop(), other.stop(), gate.stop()]);
  });

  it('is kept by the process that takes its place after a crash', async () => {
    covers('limits/shared');
    const { gate, settings, one, call } = await scene();
    gate.next(limited);
    expect(await call(one)).toMatchObject({ status: 'rejected', retry_after: 600 });
    await one.kill();
    const next = await startServerProcess(settings);
    expect(await call(next)).toMatchObject({ status: 'rejected', reason: 'rate_limit' });
    expect(gate.requests).toHaveLength(1);
    await Promise.all([next.stop(), gate.stop()]);
  });
});
