import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectNamed, placesIn, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { getThing, type SignedInApi, startSignedInApi } from '../support/signed-in-api.ts';

describeOnDatabases('a token that is imported (000.1)', ({ migrated }) => {
  let api: SignedInApi;
  let plugboard: Plugboard;

  beforeAll(async () => {
    api = await startSignedInApi();
    const fields = `
fields:
  - { key: token, label: Token, secret: true, auth_modes: [pat] }
  - { key: client_id, label: Client ID, required: false, auth_modes: [byo_oauth] }
  - { key: client_secret, label: Client secret, required: false, secret: true, auth_modes: [byo_oauth] }
`;
    const both = api
      .manifest('both')
      .replace('auth_mode: byo_oauth', 'auth_mode: pat\nauth_modes: [pat, byo_oauth]')
      .replace('oauth:', `${fields}auth: { scheme: bearer, token: '\${field.token}' }\noauth:`);
    const catalogDirs = [catalogFolder({ plain: api.manifest('plain'), ours: api.manifest('ours'), both })];
    const { clientId, clientSecret } = api.oidc.client;
    const oauthApps = new Map([['ours', { clientId, clientSecret: new Secret(clientSecret) }]]);
    plugboard = await startPlugboard(await migrated(), { catalogDirs, oauthApps });
    return () => api.stop();
  });

  const imported = (connector: string, oauth2Token: unknown, more: object = {}) =>
    connectNamed(plugboard, connector, { name: 'Imported', security: { authMethod: 'oauth2', oauth2Token, ...more } });
  const refreshes = () => api.gate.requests.length;
  /** A token as its endpoint answers it, without who it was issued to. */
  const bareToken = async () => {
    const { client_id: _id, client_secret: _secret, ...token } = await api.newToken();
    return token;
  };

  it('is a connection that is checked, shown like any other and never with the token', async () => {
    covers('000/connect-import');
    const token = await api.newToken();
    const answer = await imported('plain', token);
    expect(answer).toMatchObject({ status: 200, body: { status: 'pending', connector_id: 'plain' } });
    const record = await settled(plugboard, answer);
    expect(record).toMatchObject({ status: 'connected', account: 'ann', scopes: ['openid', 'read'] });
    const events = await plugboard.call('GET /api/v1/events?limit=100');
    const sealed = await plugboard.app.storage.rows.selectFrom('grants').selectAll().execute();
    const seen = `${answer.text}${JSON.stringify(record)}${events.text}${JSON.stringify(sealed)}`;
    for (const name of ['access_token', 'refresh_token', 'client_secret']) expect(seen).not.toContain(token[name]);
  });

  it.each([
    ['that ended before it came', { expires_at: 1_700_000_000 }],
    ['that ended before it came, in words', { expires_at: '2026-01-01T00:00:00Z' }],
    ['that ends at once', { expires_in: '0' }],
  ])('%s is renewed before it is used', async (_what, end) => {
    covers('000/connect-import');
    const before = refreshes();
    const { expires_in: _in, ...token } = await api.newToken();
    const record = await settled(plugboard, await imported('plain', { ...token, ...end }));
    expect(record).toMatchObject({ status: 'connected', account: 'ann' });
    expect(refreshes()).toBe(before + 1);
  });

  it('of which nobody says when it ends is renewed when it is turned down', async () => {
    const { expires_in: _in, ...token } = await api.newToken();
    const record = await settled(plugboard, await imported('plain', token));
    const before = refreshes();
    api.forgetTokens();
    expect((await getThing(plugboard, String(record['id']))).body).toMatchObject({ status: 'ok' });
    expect(refreshes()).toBe(before + 1);
  });

  describe('whose refresh token was issued to', () => {
    it('the app that is set up here is renewed with that', async () => {
      const before = refreshes();
      const answer = await imported('ours', { ...(await bareToken()), expires_in: 0 });
      expect(await settled(plugboard, answer)).toMatchObject({ status: 'connected' });
      expect(refreshes()).toBe(before + 1);
    });

    it('an app that comes along as fields of the connector is renewed with that', async () => {
      const { client_id, client_secret, ...token } = await api.newToken();
      const answer = await imported('both', { ...token, expires_in: 0 }, { client_id, client_secret });
      expect(await settled(plugboard, answer)).toMatchObject({ status: 'connected', authType: 'oauth' });
    });

    it('nobody that is said is a 422, and nothing is kept', async () => {
      const before = await plugboard.call('GET /api/v1/connections');
      const answer = await imported('plain', await bareToken());
      expect(placesIn(answer)).toEqual(['security.oauth2Token.client_id: missing']);
      expect((await plugboard.call('GET /api/v1/connections')).body).toEqual(before.body);
    });
  });

  it('means OAuth by itself where a connector has several ways to sign in', async () => {
    const security = { oauth2Token: await api.newToken() };
    const answer = await connectNamed(plugboard, 'both', { name: 'Without a method', security });
    expect(await settled(plugboard, answer)).toMatchObject({ status: 'connected', authType: 'oauth' });
  });

  it('may be the access token alone, as text', async () => {
    const { access_token } = await api.newToken();
    const record = await settled(plugboard, await imported('plain', access_token));
    expect(record).toMatchObject({ status: 'connected', account: 'ann' });
  });

  it.each([
    ['nothing', {}, 'access_token: missing'],
    ['an empty one', { access_token: ' ' }, 'access_token: missing'],
    ['a number', { access_token: 7 }, 'access_token: missing'],
    ['two lines', { access_token: 'a\nb' }, 'access_token: missing'],
    ['too much', { access_token: 'x'.repeat(20_000) }, 'access_token: missing'],
    ['an object for a refresh token', { access_token: 'x', refresh_token: {} }, 'refresh_token: value_error'],
    ['an end that is none', { access_token: 'x', expires_in: 'soon' }, 'expires_in: value_error'],
    ['an end before all time', { access_token: 'x', expires_in: -1e300 }, 'expires_in: value_error'],
    ['a day that is none', { access_token: 'x', expires_at: 'tomorrow' }, 'expires_at: value_error'],
  ])('that is %s is a 422 that says where', async (_what, token, place) => {
    covers('000/connect-import');
    const answer = await imported('plain', token);
    expect([answer.status, ...placesIn(answer)]).toEqual([422, `security.oauth2Token.${place}`]);
  });

  it.each([[7], [true], [['x']]])('that is no token at all is a 422: %j', async (token) => {
    expect(placesIn(await imported('plain', token))).toEqual(['security.oauth2Token: value_error']);
  });
});
