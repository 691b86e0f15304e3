import { expect, it } from 'vitest';
import { destroyCredentials } from '../../server/src/credentials/credential-store.ts';
import { findGrant } from '../../server/src/credentials/grants/grant-store.ts';
import { openGrant } from '../../server/src/credentials/grants/seal-grant.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startPlugboard } from '../support/plugboard.ts';
import { endToken, getThing, importedConnection, startSignedInApi } from '../support/signed-in-api.ts';
import { startTokenGate } from '../support/token-gate.ts';

describeOnDatabases('S1: what renews a token', ({ migrated }) => {
  it('goes to no other token endpoint than it was given for, also when the manifest names another one', async () => {
    const api = await startSignedInApi();
    const elsewhere = await startTokenGate(api.oidc.endpoints.token);
    const database = await migrated();
    const manifest = api.manifest('strict');
    const before = await startPlugboard(database, { catalogDirs: [catalogFolder({ strict: manifest })] });
    const id = await importedConnection(before, api, { connector: 'strict' });
    await before.stop();
    const moved = manifest.replace(api.gate.url, elsewhere.url);
    const after = await startPlugboard(database, {
      catalogDirs: [catalogFolder({ strict: moved })],
      adminKey: before.app.config.adminKey,
    });
    await endToken(after.app.storage, id, { leftMs: -1 });
    expect((await getThing(after, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect([api.gate.requests, elsewhere.requests]).toEqual([[], []]);
    expect((await after.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'token_expired' });
    await Promise.all([elsewhere.stop(), api.stop()]);
  });

  it('opens for its own connection and version alone, and is gone with its secrets', async () => {
    const api = await startSignedInApi();
    const plugboard = await startPlugboard(await migrated(), {
      catalogDirs: [catalogFolder({ strict: api.manifest('strict') })],
    });
    const ids = [1, 2].map(() => importedConnection(plugboard, api, { connector: 'strict' }));
    const [one = '', other = ''] = await Promise.all(ids);
    const { vault, storage } = plugboard.app;
    const db = storage.workspace(plugboard.workspaceId);
    const grant = await findGrant(db, one);
    if (grant === undefined) throw new Error('There is no grant.');
    await expect(openGrant({ vault, db }, grant)).resolves.toMatchObject({ kind: 'code' });
    for (const changed of [{ connectionId: other }, { version: grant.version + 1 }])
      await expect(openGrant({ vault, db }, { ...grant, ...changed })).rejects.toThrow('credential');
    await db.transact((trx) => destroyCredentials(trx, one));
    expect([await findGrant(db, one), (await findGrant(db, other))?.version]).toEqual([undefined, 1]);
    await api.stop();
  });
});
