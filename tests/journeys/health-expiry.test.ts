import { beforeAll, expect, it } from 'vitest';
import { warnOfExpiry } from '../../server/src/connections/health/warn-of-expiry.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { startPeer, toldOf } from '../support/health.ts';
import { heldClock } from '../support/held-clock.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { getThing, importedConnection, type SignedInApi, startSignedInApi } from '../support/signed-in-api.ts';

const hourMs = 3_600_000;

describeOnDatabases('a token that nothing renews', ({ migrated }) => {
  let api: SignedInApi;
  let database: DatabaseConfig;
  let plugboard: Plugboard;
  const clock = heldClock();

  beforeAll(async () => {
    api = await startSignedInApi();
    database = await migrated();
    const catalogDirs = [catalogFolder({ strict: api.manifest('strict') })];
    plugboard = await startPlugboard(database, { catalogDirs, clock });
    return () => api.stop();
  });

  const lasting = async (hours: number): Promise<string> => {
    const { access_token } = await api.newToken();
    const token = { access_token, expires_in: hours * 3_600 };
    return importedConnection(plugboard, api, { connector: 'strict', token });
  };
  const warn = (app = plugboard.app) => warnOfExpiry(app).run();
  const object = async (id: string): Promise<Record<string, unknown>> => {
    const { data } = (await plugboard.call(`GET /v1/connectors/${id}`)).body;
    return isRecord(data) ? data : {};
  };
  const warnings = async (id: string): Promise<readonly unknown[]> => {
    const { body } = await plugboard.call(
      `GET /api/v1/events?subject=connection:${id}&type=connection.expiring&limit=100`,
    );
    const events = Array.isArray(body['data']) ? body['data'].filter(isRecord) : [];
    return events.map((event) => (isRecord(event['data']) ? event['data']['hours'] : undefined)).toReversed();
  };

  it('is announced three days and one day before its end, each once, whoever looks how often', async () => {
    covers('health/expiring');
    const id = await lasting(100);
    const another = await startPeer(plugboard, database, { clock });
    const looks = () => Promise.all([warn(), warn(another.app), warn(), warn(another.app)]);
    await looks();
    expect(await warnings(id)).toEqual([]);
    clock.forward(30 * hourMs);
    await looks();
    await looks();
    expect(await warnings(id)).toEqual([72]);
    clock.forward(48 * hourMs);
    await looks();
    await looks();
    expect(await warnings(id)).toEqual([72, 24]);
  });

  it('that lasts for less is announced once', async () => {
    covers('health/expiring');
    const id = await lasting(5);
    await warn();
    await warn();
    expect(await warnings(id)).toEqual([24]);
  });

  it('is over then: token_expired, in words, with an event, and no call goes out with it', async () => {
    covers('003/token-expired', '003/status-reason', 'health/events');
    const id = await lasting(1);
    expect(await object(id)).toMatchObject({ status: 'connected', status_reason: null });
    clock.forward(2 * hourMs);
    const calls = api.calls.length;
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(api.calls).toHaveLength(calls);
    expect(await object(id)).toMatchObject({
      status: 'token_expired',
      status_reason: expect.stringContaining('Sign in again.'),
    });
    const expired = await plugboard.call('GET /v1/connectors?status=token_expired&limit=100');
    expect(JSON.stringify(expired.body)).toContain(String((await object(id))['id']));
    expect((await toldOf(plugboard, id)).at(-1)).toBe('connection.failed');
    await warn();
    expect(await warnings(id)).toEqual([]);
  });

  it('is not announced where it is renewed in time', async () => {
    covers('health/expiring');
    const id = await importedConnection(plugboard, api, { connector: 'strict' });
    await warn();
    expect(await warnings(id)).toEqual([]);
  });
});
