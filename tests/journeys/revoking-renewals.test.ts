import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { finished, revocationNow, revocationOf, revoke } from '../support/revoking.ts';
import {
  endToken,
  getThing,
  importedConnection,
  type SignedInApi,
  startSignedInApi,
} from '../support/signed-in-api.ts';
import { startTokenGate, type TokenGate } from '../support/token-gate.ts';

describeOnDatabases('a connection that is revoked while its token is being renewed', ({ migrated }) => {
  let api: SignedInApi;
  let revocations: TokenGate;
  let plugboard: Plugboard;
  const handedOut: string[] = [];

  beforeAll(async () => {
    api = await startSignedInApi();
    revocations = await startTokenGate(api.oidc.endpoints.revocation);
    const manifest = api.manifest('api', `revocation_url: '${revocations.url}'`);
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [catalogFolder({ api: manifest })] });
    api.gate.change((said) => {
      const token = parseJson(said);
      if (isRecord(token)) handedOut.push(String(token['refresh_token']));
      return said;
    });
    return () => Promise.all([api.stop(), revocations.stop()]);
  });

  it.each(['by a filter', 'by itself'])('%s waits for the new one, and ends that', async (how) => {
    covers('revocation/last-token');
    const id = await importedConnection(plugboard, api, { connector: 'api' });
    await endToken(plugboard.app.storage, id, { leftMs: -1, renewAt: Date.now() + 3_600_000 });
    await setTimeout(1_100);
    api.gate.hold('answered');
    const call = getThing(plugboard, id);
    await api.gate.held();
    const before = revocations.requests.length;
    if (how === 'by itself') await plugboard.call(`DELETE /api/v1/connections/${id}`);
    else await revoke(plugboard, { ids: [id] });
    const revocation = await revocationOf(plugboard, id);
    await setTimeout(300);
    expect((await revocationNow(plugboard, revocation)).receipts).toMatchObject([{ outcome: 'waiting' }]);
    expect(revocations.requests).toHaveLength(before);
    api.gate.letGo();
    await call;
    expect((await finished(plugboard, revocation)).get(id)).toMatchObject({ outcome: 'revoked_at_provider' });
    const told = revocations.requests.slice(before).map(({ token }) => token);
    expect(told[0]).toBe(handedOut.at(-1));
    expect(told).toHaveLength(2);
    const db = loose(plugboard.app.storage.writer);
    for (const table of ['connection_secrets', 'grants'])
      expect(await db.selectFrom(table).selectAll().where('connection_id', '=', id).execute()).toEqual([]);
    const { body } = await getThing(plugboard, id);
    expect(body['status']).not.toBe('ok');
  });
});
