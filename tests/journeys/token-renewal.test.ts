import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renewInBackground } from '../../server/src/connections/renewing/renew-in-background.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { connectNamed, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import {
  endToken,
  getThing,
  importedConnection,
  type SignedInApi,
  startSignedInApi,
} from '../support/signed-in-api.ts';

const hourMs = 3_600_000;

describeOnDatabases('a token that somebody brought', ({ migrated }) => {
  let api: SignedInApi;
  let lasting: SignedInApi;
  let plugboard: Plugboard;
  const clock = heldClock();

  beforeAll(async () => {
    api = await startSignedInApi();
    lasting = await startSignedInApi({ rotates: false });
    const catalogDirs = [
      catalogFolder({
        'strict-lasting': lasting.manifest('strict-lasting'),
        strict: api.manifest('strict'),
        kind: lasting.manifest('kind', 'refresh_grace: true'),
      }),
    ];
    plugboard = await startPlugboard(await migrated(), { catalogDirs, clock });
    return () => Promise.all([api.stop(), lasting.stop()]);
  });

  const made: string[] = [];
  const imported = async (from: SignedInApi, connector: string, token?: Record<string, unknown>): Promise<string> => {
    const id = await importedConnection(plugboard, from, { connector, ...(token && { token }) });
    made.push(id);
    return id;
  };
  // What one test has made is not renewed during the next.
  afterEach(async () => {
    for (const id of made.splice(0)) await plugboard.call(`DELETE /api/v1/connections/${id}`);
  });
  const refreshes = () => api.gate.requests.filter(({ grant }) => grant === 'refresh_token');
  const statusOf = async (id: string) => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;

  it('is imported, used, and renewed from then on; the refresh token that comes with it is the next one', async () => {
    covers('000/connect-import', 'renewal/rotation');
    const id = await imported(api, 'strict');
    expect(await statusOf(id)).toMatchObject({ status: 'connected', account: 'ann', authType: 'oauth' });
    const before = refreshes().length;
    for (let round = 1; round <= 3; round += 1) {
      clock.forward(hourMs);
      expect(await getThing(plugboard, id)).toMatchObject({ body: { status: 'ok', output: { user: 'ann' } } });
      expect(refreshes()).toHaveLength(before + round);
    }
    const tokens = refreshes().slice(before);
    expect(new Set(tokens.map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(tokens.every(({ status }) => status === 200)).toBe(true);
  });

  it('is renewed once for however many calls wait for it', async () => {
    covers('renewal/once');
    const id = await imported(api, 'strict');
    const before = refreshes().length;
    clock.forward(hourMs);
    const answers = await Promise.all(Array.from({ length: 50 }, () => getThing(plugboard, id)));
    expect(answers.every(({ body }) => body['status'] === 'ok')).toBe(true);
    expect(refreshes()).toHaveLength(before + 1);
  });

  it('near its end goes on being used while it is renewed beside the calls', async () => {
    covers('renewal/soft-margin');
    const id = await imported(api, 'strict');
    const before = refreshes().length;
    await endToken(plugboard.app.storage, id, { leftMs: 60_000, now: clock.now() });
    api.gate.hold('asked');
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    await api.gate.held();
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(refreshes()).toHaveLength(before + 1);
    api.gate.letGo();
  });

  it('that the provider turns down before its end is renewed, and the read is repeated once', async () => {
    covers('renewal/turned-down');
    const id = await imported(api, 'strict');
    const before = refreshes().length;
    api.forgetTokens();
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(refreshes()).toHaveLength(before + 1);
    expect(await statusOf(id)).toMatchObject({ status: 'connected' });
  });

  it('that is turned down again right after is not renewed again: the credential itself is refused', async () => {
    covers('renewal/turned-down');
    const id = await imported(api, 'strict');
    api.forgetTokens();
    await getThing(plugboard, id);
    const before = refreshes().length;
    api.forgetTokens();
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    await expect.poll(async () => (await statusOf(id))['status']).toBe('auth_failed');
    expect(refreshes()).toHaveLength(before);
  });

  it('that is turned down for a write is renewed, and the write is not repeated', async () => {
    covers('renewal/turned-down');
    const id = await imported(api, 'strict');
    const before = refreshes().length;
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    api.forgetTokens();
    const made = () =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/make_thing/call`, { body: { arguments: { name: 'one' } } });
    const calls = api.calls.length;
    expect((await made()).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    await expect.poll(() => refreshes().length).toBe(before + 1);
    await expect.poll(async () => (await made()).body['status']).toBe('ok');
    expect(api.calls.slice(calls).filter(({ status }) => status === 401).length).toBeLessThanOrEqual(3);
    expect(await statusOf(id)).toMatchObject({ status: 'connected' });
  });

  it('that is turned down while nobody renews it changes nothing, and is renewed later', async () => {
    covers('renewal/away');
    const id = await imported(api, 'strict');
    api.forgetTokens();
    api.gate.refuse(1, 502);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(await statusOf(id)).toMatchObject({ status: 'connected', statusReason: null });
    clock.forward(10_000);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
  });

  it('whose grant was ended at the provider makes the connection token_expired, with its words and an event', async () => {
    covers('renewal/refused');
    const token = await api.newToken();
    const id = await imported(api, 'strict', token);
    await api.revoke(token['refresh_token']);
    const before = refreshes().length;
    const answers = await Promise.all([getThing(plugboard, id), getThing(plugboard, id)]);
    expect(answers.map(({ body }) => body['reason'])).toEqual(['auth', 'auth']);
    const record = await statusOf(id);
    expect(record).toMatchObject({ status: 'token_expired', statusReason: expect.stringContaining('grant') });
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(refreshes()).toHaveLength(before + 1);
    const events = await plugboard.call(`GET /api/v1/events?type=connection.failed&subject=connection:${id}`);
    expect(events.body['data'] ?? events.body['items']).toMatchObject([{ data: { status: 'token_expired' } }]);
  });

  describe('whose provider is away', () => {
    it('stays connected, is used to its end, and is renewed when the provider is back', async () => {
      covers('renewal/away');
      const id = await imported(api, 'strict');
      const before = refreshes().length;
      api.gate.refuse(2, 503);
      clock.forward(hourMs);
      expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'unavailable' });
      expect(await statusOf(id)).toMatchObject({ status: 'connected', statusReason: null });
      expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'unavailable' });
      expect(refreshes()).toHaveLength(before + 1);
      clock.forward(10_000);
      expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'unavailable' });
      clock.forward(20_000);
      expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
      expect(refreshes()).toHaveLength(before + 3);
    });
  });

  it('keeps the refresh token that an answer does not repeat', async () => {
    covers('renewal/rotation');
    const id = await imported(lasting, 'kind');
    lasting.gate.change((said) => JSON.stringify({ ...JSON.parse(said), refresh_token: undefined }));
    const before = lasting.gate.requests.length;
    for (let round = 1; round <= 2; round += 1) {
      clock.forward(hourMs);
      expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    }
    lasting.gate.change();
    const [first, second] = lasting.gate.requests.slice(before);
    expect(second).toMatchObject({ status: 200, refreshToken: first?.refreshToken });
  });

  it('is not given up for an answer that is none, and asked for again when there is nothing to lose', async () => {
    covers('renewal/away');
    const id = await imported(lasting, 'strict-lasting');
    lasting.gate.change(() => '<html>Down for maintenance</html>');
    const before = lasting.gate.requests.length;
    await endToken(plugboard.app.storage, id, { leftMs: 60_000, now: clock.now() });
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    await expect.poll(() => lasting.gate.requests.length).toBe(before + 1);
    const problem = () =>
      plugboard.app.storage.rows.selectFrom('grants').select('problem').where('connection_id', '=', id).execute();
    await expect.poll(problem).toEqual([{ problem: expect.any(String) }]);
    clock.forward(30_000);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(lasting.gate.requests).toHaveLength(before + 1);
    lasting.gate.change();
    clock.forward(40_000);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    expect(lasting.gate.requests).toHaveLength(before + 2);
    expect(await statusOf(id)).toMatchObject({ status: 'connected' });
  });

  it('is renewed in the background though nobody uses it, however many others cannot be', async () => {
    covers('renewal/background');
    const gone = await imported(api, 'strict');
    const id = await imported(api, 'strict');
    const loose = plugboard.app.storage;
    await loose.transact(async ({ rows }) => {
      await rows.updateTable('grants').set({ box: 'no box' }).where('connection_id', '=', gone).execute();
    });
    for (const each of [gone, id]) await endToken(loose, each, { leftMs: 240_000, now: clock.now() });
    const before = refreshes().length;
    const sweep = renewInBackground(plugboard.app);
    await sweep.run();
    await sweep.run();
    expect(refreshes()).toHaveLength(before + 1);
    const kept = await loose.rows
      .selectFrom('connections')
      .select('expires_at')
      .where('id', '=', id)
      .executeTakeFirst();
    expect(Date.parse(kept?.expires_at ?? '')).toBeGreaterThan(clock.now() + hourMs / 2);
  });

  it('of a connection that is deleted while it is renewed is nobody’s', async () => {
    const id = await imported(api, 'strict');
    clock.forward(hourMs);
    api.gate.hold('answered');
    const reading = getThing(plugboard, id);
    await api.gate.held();
    expect((await plugboard.call(`DELETE /api/v1/connections/${id}`)).status).toBe(200);
    api.gate.letGo();
    expect((await reading).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    const { rows } = plugboard.app.storage;
    const left = () => {
      clock.forward(1_000);
      return Promise.all([
        rows.selectFrom('grants').select('version').where('connection_id', '=', id).execute(),
        rows.selectFrom('connection_secrets').select('field').where('connection_id', '=', id).execute(),
      ]);
    };
    await expect.poll(left, { timeout: 20_000, interval: 200 }).toEqual([[], []]);
  });

  it('that was refused for the OAuth app is renewed when somebody has put that right and tests the connection', async () => {
    covers('renewal/asked');
    const { clientId, clientSecret } = api.oidc.client;
    const setApp = (client_secret: string) =>
      plugboard.call('PUT /api/v1/oauth-apps/strict', { body: { client_id: clientId, client_secret } });
    expect((await setApp('not the secret of this app')).status).toBe(200);
    const { client_id: _id, client_secret: _secret, ...token } = await api.newToken();
    const id = await imported(api, 'strict', token);
    const test = async () => (await plugboard.call(`POST /api/v1/integrations/${id}/test`, { body: {} })).body;
    clock.forward(hourMs);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(await statusOf(id)).toMatchObject({ status: 'token_expired' });
    expect(await test()).toMatchObject({ status: expect.stringMatching(/^(error|auth_required)$/) });
    expect(await statusOf(id)).toMatchObject({ status: 'token_expired' });
    expect((await setApp(clientSecret)).status).toBe(200);
    expect(await test()).toMatchObject({ status: 'ok' });
    expect(await statusOf(id)).toMatchObject({ status: 'connected', statusReason: null });
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    await plugboard.call('DELETE /api/v1/oauth-apps/strict');
  });

  it('without a refresh token is used to its end, and then says that somebody must sign in again', async () => {
    covers('000/connect-import');
    const id = await imported(api, 'strict', { ...(await api.newToken()), refresh_token: null });
    const before = refreshes().length;
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'ok' });
    clock.forward(hourMs);
    expect((await getThing(plugboard, id)).body).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(await statusOf(id)).toMatchObject({ status: 'token_expired' });
    expect(refreshes()).toHaveLength(before);
  });

  it('that is refused from the start is auth_failed', async () => {
    const security = { authMethod: 'oauth2', oauth2Token: { access_token: 'nobody handed this out' } };
    const answer = await connectNamed(plugboard, 'strict', { name: 'Wrong', security });
    expect(await settled(plugboard, answer)).toMatchObject({ status: 'auth_failed' });
  });
});
