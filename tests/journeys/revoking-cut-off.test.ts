import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { beginRevocation } from '../../server/src/connections/revoking/begin-revocation.ts';
import { openStorage } from '../../server/src/storage/open-storage.ts';
import { addConnectionRow } from '../support/add-connection-row.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { newCaller } from '../support/new-caller.ts';
import { startPlugboard } from '../support/plugboard.ts';
import { finished, revocationNow, revoke } from '../support/revoking.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';
import { importedConnection, type SignedInApi, startSignedInApi } from '../support/signed-in-api.ts';
import { startTokenGate, type TokenGate } from '../support/token-gate.ts';

vi.setConfig({ testTimeout: 120_000 });

describeOnDatabases('a revocation whose process is killed', ({ migrated }) => {
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  interface Scene {
    readonly database: DatabaseConfig;
    readonly settings: Record<string, string>;
    readonly api: SignedInApi;
    /** Where the provider is told. */
    readonly gate: TokenGate;
    readonly victim: ServerProcess;
    readonly ids: readonly string[];
  }

  async function scene(count: number): Promise<Scene> {
    const api = await startSignedInApi();
    const gate = await startTokenGate(api.oidc.endpoints.revocation);
    const manifest = api.manifest('api', `revocation_url: '${gate.url}'`);
    const database = await migrated();
    const settings = { ...settingsFor(database), PLUGBOARD_CATALOG_DIRS: catalogFolder({ api: manifest }) };
    const victim = await startServerProcess(settings);
    open.push(api, gate, victim);
    const ids: string[] = [];
    while (ids.length < count) ids.push(await importedConnection(victim, api, { connector: 'api' }));
    return { database, settings, api, gate, victim, ids };
  }

  /** Another process, once nobody waits for the dead one any more. */
  async function next({ database, settings, victim }: Scene): Promise<ServerProcess> {
    await victim.kill();
    const storage = await openStorage(database);
    await loose(storage.writer)
      .updateTable('jobs')
      .set({ lease_until: 1 })
      .where('kind', '=', 'connection.revoke')
      .execute();
    await storage.close();
    const process = await startServerProcess(settings);
    open.push(process);
    return process;
  }

  it('while it tells the providers is gone on with by another one, and nobody is told again who was told', async () => {
    covers('revocation/crash');
    const here = await scene(5);
    const { gate, victim, ids, api } = here;
    gate.hold('answered');
    const id = await revoke(victim, { connector: 'api' });
    const settled = async (): Promise<number> =>
      (await revocationNow(victim, id)).receipts.filter(({ outcome }) => outcome === 'revoked_at_provider').length;
    while ((await settled()) === 0) {
      await gate.held();
      gate.letGo();
      gate.hold('answered');
    }
    await gate.held();
    await setTimeout(200);
    const told = await settled();
    expect(told).toBeLessThan(ids.length);
    const before = gate.requests.length;
    const process = await next(here);
    gate.letGo();
    const receipts = await finished(process, id);
    expect([...receipts.keys()].toSorted()).toEqual(ids.toSorted());
    for (const receipt of receipts.values())
      expect(receipt).toMatchObject({ outcome: 'revoked_at_provider', secrets: 'destroyed' });
    expect(gate.requests).toHaveLength(before + 2 * (ids.length - told));
    for (const { token } of api.calls) expect(await api.oidc.seeToken(token)).toBeUndefined();
    expect(gate.most).toBeLessThanOrEqual(2);
  });

  it('before any provider was told has cut off all of them', async () => {
    covers('revocation/crash', 'revocation/cut-off');
    const here = await scene(3);
    const { gate, victim, ids } = here;
    gate.hold('asked');
    const id = await revoke(victim, { ids });
    const process = await next(here);
    for (const each of ids) expect((await process.call(`GET /api/v1/connections/${each}`)).status).toBe(404);
    gate.letGo();
    const receipts = await finished(process, id);
    expect([...receipts.values()].map(({ outcome }) => outcome)).toEqual(ids.map(() => 'revoked_at_provider'));
  });

  it('while it cuts off many is gone on with until none is left', async () => {
    covers('revocation/crash', 'revocation/cut-off');
    const plugboard = await startPlugboard(await migrated());
    const { app, workspaceId } = plugboard;
    const ids: string[] = [];
    while (ids.length < 230) ids.push(await addConnectionRow(app.storage, workspaceId));
    const filter = { connector: 'gitlab' };
    const caller = newCaller({ workspaceId });
    const cutting = { filter, reason: 'Revoked.' };
    const { revocation, cut } = await app.storage
      .workspace(workspaceId)
      .transact((trx) => beginRevocation(trx, { ...app, caller }, { filter, usedSince: null, cutting }));
    expect({ cut: cut.length, cutOffAt: revocation.cutOffAt }).toEqual({ cut: 100, cutOffAt: null });
    await finished(plugboard, revocation.id);
    const now = await revocationNow(plugboard, revocation.id);
    expect(now.revocation).toMatchObject({ status: 'finished', progress: { total: 230, not_supported: 230 } });
    const left = await plugboard.call('GET /api/v1/connections?scope=workspace');
    expect(left.body['items']).toEqual([]);
  });
});
