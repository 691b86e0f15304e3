import { expect, it } from 'vitest';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { openGrantRows } from '../support/grant-rows.ts';
import { settingsFor, startServerProcess } from '../support/server-process.ts';
import { endToken, getThing, importedConnection, startSignedInApi } from '../support/signed-in-api.ts';

describeOnDatabases('a token whose only process is killed while it is renewed', ({ migrated }) => {
  /** Has the process killed with an answer under way, and asks the one that takes its place. */
  async function cutOff(kind: 'strict' | 'lenient') {
    const api = await startSignedInApi({ rotates: kind === 'strict' });
    const manifest = api.manifest(kind, kind === 'lenient' ? 'refresh_grace: true' : '');
    const database = await migrated();
    const settings = { ...settingsFor(database), PLUGBOARD_CATALOG_DIRS: catalogFolder({ [kind]: manifest }) };
    const first = await startServerProcess(settings);
    const id = await importedConnection(first, api, { connector: kind });
    await first.stop();
    const storage = await openStorage(database);
    await endToken(storage, id, { leftMs: -1, renewAt: Date.now() + 3_600_000 });
    await storage.close();
    const victim = await startServerProcess(settings);
    api.gate.hold('answered');
    const cut = getThing(victim, id).catch(() => undefined);
    await api.gate.held();
    await victim.kill();
    api.gate.letGo();
    await cut;
    const rows = await openGrantRows(database);
    await rows.endLease(id);
    await rows.close();
    const next = await startServerProcess(settings);
    const answer = (await getThing(next, id)).body;
    const record = (await next.call(`GET /api/v1/connections/${id}`)).body;
    await Promise.all([next.stop(), api.stop()]);
    return { answer, record, asked: api.gate.requests.length };
  }

  it('is not asked for twice, and the connection says why somebody has to sign in again', async () => {
    covers('renewal/killed-between');
    const { answer, record, asked } = await cutOff('strict');
    expect(asked).toBe(1);
    expect(answer).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(record).toMatchObject({ status: 'token_expired', statusReason: expect.stringContaining('cut off') });
  });

  it('is asked for once more where the provider takes that', async () => {
    covers('renewal/grace');
    const { answer, record, asked } = await cutOff('lenient');
    expect(asked).toBe(2);
    expect(answer).toMatchObject({ status: 'ok' });
    expect(record).toMatchObject({ status: 'connected' });
  });
});
