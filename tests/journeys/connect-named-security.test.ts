import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { connectedNamed, connectNamed, placesIn, settled } from '../support/named-connections.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const about = (id: string, mode: string) => `
schema: 1
id: ${id}
name: A ${id} connector
version: 1.0.0
description: A connector for one way of signing in.
category: testing
auth_mode: ${mode}
brand_color: '#000000'
`;

const twoWays = `${about('two-ways', 'byo_oauth')}
auth_modes: [byo_oauth, pat]
fields:
  - { key: token, label: Token, secret: true, auth_modes: [pat] }
  - { key: client_id, label: Client ID, required: false, auth_modes: [byo_oauth] }
  - { key: client_secret, label: Client secret, required: false, secret: true, auth_modes: [byo_oauth] }
auth: { scheme: bearer, token: '\${field.token}' }
oauth: { authorization_url: 'https://id.example.com/authorize', token_url: 'https://id.example.com/token' }
http: { base_url: 'https://api.example.com' }
`;

const pair = `${about('pair', 'pat')}
fields:
  - { key: app_key, label: App key, secret: true }
  - { key: api_key, label: API key, secret: true }
auth:
  scheme: api_key
  keys:
    - { in: header, name: x-app-key, value: '\${field.app_key}' }
    - { in: header, name: x-api-key, value: '\${field.api_key}' }
http: { base_url: 'https://api.example.com' }
`;

describeOnDatabases('security of a named connection (000.1)', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    const folder = catalogFolder({ 'two-ways': twoWays, pair });
    plugboard = await startPlugboard(await migrated(), { catalogDirs: [folder] });
    return () => gitlab.stop();
  });

  const connect = (connector: string, security: unknown, more: object = {}) =>
    connectNamed(plugboard, connector, { name: `Of ${connector}`, security, ...more });
  const servers = (path: string) => ({ target_system_servers: [{ url: `${gitlab.url}${path}` }] });
  /** How the first request below this path proved who we were. */
  const proofBelow = (path: string) => gitlab.ledger.find((entry) => entry.path.startsWith(path))?.headers;

  describe('of a connector with one secret', () => {
    it('fits as apiKey and as bearer, by every word for it and by its own key', async () => {
      covers('000/connect-api-key', '000/connect-fields', '000/connect-header-name');
      const key = gitlabTokens.valid;
      const securities = [
        { authMethod: 'apiKey', apiKey: key },
        { authMethod: 'apiKey', token: key },
        { authMethod: 'bearer', token: key },
        { authMethod: 'bearer', bearer: key },
        { authMethod: null, token: key },
        { token: key },
        { authMethod: 'apiKey', apiKey: key, headerName: 'PRIVATE-TOKEN' },
      ];
      await Promise.all(
        securities.map((security) =>
          connectedNamed(plugboard, 'gitlab', { name: 'Words', security: { ...security, base_url: gitlab.url } }),
        ),
      );
      const probes = gitlab.requests('GET', '/user');
      expect(probes).toHaveLength(securities.length);
      for (const { headers } of probes) {
        expect(headers).toMatchObject({ authorization: `Bearer ${key}` });
        expect(headers).not.toHaveProperty('private-token');
      }
    });

    it('is a 422 that names the field where there is none', async () => {
      covers('000/connect-no-credentials');
      for (const security of [
        undefined,
        null,
        {},
        { authMethod: 'apiKey' },
        { apiKey: ' ', authMethod: 'apiKey' },
        { token: null },
      ])
        expect(await connect('gitlab', security)).toMatchObject({
          status: 422,
          body: {
            detail: [{ loc: ['body', 'security', 'token'], msg: 'missing required field: token', type: 'missing' }],
          },
        });
    });

    it('is never filled twice, with something else, or by a mistyped key', async () => {
      covers('000/connect-mistyped', '000/connect-detail');
      const apiKey = gitlabTokens.valid;
      for (const [security, places] of [
        [{ authMethod: 'apiKey', apiKey, tokn: 'x' }, ['security.tokn: value_error']],
        [{ authMethod: 'apiKey', apiKye: apiKey }, ['security.token: missing', 'security.apiKye: value_error']],
        [{ apiKey }, ['security.token: missing', 'security.apiKey: value_error']],
        [{ authMethod: 'apiKey', apiKey, token: apiKey }, ['security.apiKey: value_error']],
        [{ authMethod: 'bearer', apiKey, bearer: apiKey }, ['security.bearer: value_error']],
        [{ authMethod: 'apiKey', apiKey: { value: apiKey } }, ['security.token: value_error']],
        [{ authMethod: 'apiKey', apiKey, base_url: 'nowhere' }, ['security.base_url: value_error']],
        [{ authMethod: 'apiKey', apiKey, constructor: 'x' }, ['security.constructor: value_error']],
      ] as const) {
        const answer = await connect('gitlab', security);
        expect([answer.status, ...placesIn(answer)], JSON.stringify(security)).toEqual([422, ...places]);
        expect(answer.text).not.toContain(gitlabTokens.valid);
      }
    });

    it('is a 422 for another method, which says what it takes', async () => {
      covers('000/connect-other-method');
      for (const authMethod of ['basic', 'connectionString', 'none', 'apikey', '', 7, {}]) {
        const answer = await connect('gitlab', { authMethod, token: gitlabTokens.valid });
        expect(placesIn(answer)).toEqual(['security.authMethod: value_error']);
        expect(answer.text).toContain('It takes: apiKey, bearer, oauth2.');
      }
      expect((await connect('everything', { authMethod: 'apiKey', apiKey: 'x' })).text).toContain('It takes: none.');
    });
  });

  describe('whose header can be chosen', () => {
    const key = 'a-key-of-some-api';
    const read = async (security: object, path: string) => {
      const id = await connectedNamed(plugboard, 'http', { name: 'Any API', security, ...servers(path) });
      await plugboard.call(`POST /api/v1/connections/${id}/tools/get/call`, { body: { arguments: { path: 'x' } } });
      return proofBelow(path);
    };

    it('carries the key alone in the header that is named', async () => {
      covers('000/connect-header-name');
      const named = { authMethod: 'apiKey', apiKey: key, headerName: 'X-API-Key' };
      expect(await read(named, '/named')).toMatchObject({ 'x-api-key': key });
      const own = { ...named, header_prefix: 'Key ' };
      expect(await read(own, '/prefixed')).toMatchObject({ 'x-api-key': `Key ${key}` });
    });

    it('carries it in the usual one otherwise', async () => {
      covers('000/connect-header-name', '000/connect-api-key');
      expect(await read({ authMethod: 'apiKey', apiKey: key }, '/usual')).toMatchObject({
        authorization: `Bearer ${key}`,
      });
      expect(await read({ authMethod: 'bearer', token: key }, '/bearer')).toMatchObject({
        authorization: `Bearer ${key}`,
      });
    });

    it('refuses a header that no call may set', async () => {
      covers('000/connect-headers-refused');
      for (const headerName of ['Host', 'Content-Length', 'X Key', 'X-Key:', 'Connection']) {
        const security = { authMethod: 'apiKey', apiKey: key, headerName };
        expect(placesIn(await connect('http', security, servers('/refused'))), headerName).toEqual([
          'security.headerName: value_error',
        ]);
      }
    });

    it('wants the address where no server is named', async () => {
      const security = { authMethod: 'apiKey', apiKey: key };
      expect(placesIn(await connect('http', security))).toEqual(['security.base_url: missing']);
    });
  });

  it('basic fills the fields of the pair by username and password', async () => {
    covers('000/connect-basic', '000/connect-fields');
    const security = { authMethod: 'basic', username: 'ann@example.com', password: 'zendesk-token', subdomain: 'acme' };
    await settled(plugboard, await connect('zendesk', security, servers('/desk')));
    const proof = Buffer.from('ann@example.com/token:zendesk-token').toString('base64');
    expect(proofBelow('/desk')).toMatchObject({ authorization: `Basic ${proof}` });
    expect(placesIn(await connect('zendesk', { authMethod: 'basic', username: 'ann@example.com' }))).toEqual([
      'security.subdomain: missing',
      'security.api_token: missing',
    ]);
  });

  it('several secrets are given by their own keys', async () => {
    covers('000/connect-fields');
    const security = { authMethod: 'apiKey', app_key: 'an-app-key', api_key: 'an-api-key' };
    expect((await connect('pair', security)).status).toBe(200);
    expect(placesIn(await connect('pair', { authMethod: 'apiKey', apiKey: 'which one?' }))).toEqual([
      'security.app_key: missing',
      'security.api_key: missing',
      'security.apiKey: value_error',
    ]);
  });

  it('a connector that needs nothing takes nothing', async () => {
    covers('000/connect-nulls');
    const more = { target_system_servers: [{ url: `${gitlab.url}/mcp` }] };
    for (const security of [null, {}, { authMethod: 'none' }])
      expect(await connect('everything', security, more)).toMatchObject({ status: 200, body: { status: 'pending' } });
  });

  describe('of a connector that is signed in to', () => {
    const signIn = (more: object = {}) => connect('linear-mcp', null, more);
    const pageOf = async (more?: object) => String((await signIn(more)).body['connector_page_url']);

    it('is the address of our page for a connection that waits', async () => {
      covers('000/connect-sign-in');
      for (const security of [null, {}, { authMethod: 'oauth2' }, { authMethod: 'oauth2', oauth2Token: null }]) {
        const answer = await connect('linear-mcp', security);
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual({
          oauth2_required: true,
          message: expect.stringContaining('Linear'),
          connector_page_url: expect.stringMatching(/^http:\/\/localhost:7400\/connect\/[0-9a-f-]{36}$/),
        });
      }
      const id = (await pageOf()).split('/').at(-1);
      expect((await plugboard.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({
        label: 'Of linear-mcp',
        scope: 'personal',
        status: 'pending',
        statusReason: 'Waiting for somebody to sign in.',
        authType: 'oauth',
      });
    });

    it('is the same page for the same wish of the same person, also at once', async () => {
      covers('000/connect-sign-in-again');
      const wish = { name: 'Twice', headers: { 'X-Team': 'one' }, access_scope: 'organizational' };
      const pages = await Promise.all([pageOf(wish), pageOf(wish), pageOf(wish)]);
      expect(new Set([...pages, await pageOf(wish)]).size).toBe(1);
      const other = await addPerson(plugboard, 'MANAGER');
      expect(await pageOf({ ...wish, key: other.token })).not.toBe(pages[0]);
    });

    it('is another page for another wish: nobody’s sign-in is led elsewhere afterwards', async () => {
      covers('000/connect-sign-in-again');
      const wishes = [
        {},
        { headers: { 'X-Team': 'two' } },
        { headers: { 'X-Team': 'three' } },
        { target_system_servers: [{ url: `${gitlab.url}/mcp` }] },
        { is_service_account: true },
        { version: '1.0.0' },
        { access_scope: 'organizational' },
        { general_params: [{ name: 'team', description: 'Whose', location: 'query', value: 'a' }] },
      ];
      const pages = [];
      for (const wish of wishes) pages.push(await pageOf({ name: 'Several', ...wish }));
      expect(new Set(pages).size).toBe(wishes.length);
    });

    it('takes an OAuth app along for whoever signs in, and keeps its secret for the provider alone', async () => {
      const app = { authMethod: 'oauth2', client_id: 'our-own-app', client_secret: 'the-secret-of-our-own-app' };
      const answer = await connect('two-ways', app);
      expect(answer).toMatchObject({ status: 200, body: { oauth2_required: true } });
      const again = await connect('two-ways', app);
      expect(again.body['connector_page_url']).toBe(answer.body['connector_page_url']);
      const other = await connect('two-ways', { ...app, client_secret: 'another-secret-of-our-own' });
      expect(other.body['connector_page_url']).not.toBe(answer.body['connector_page_url']);
      const nobodys = await connect('two-ways', { authMethod: 'oauth2', client_secret: 'the-secret-of-nobody' });
      expect(placesIn(nobodys)).toEqual(['security.client_id: missing']);
      expect(nobodys.text).not.toContain('the-secret-of-nobody');
    });

    it('is a key all the same where the method, or the field, means one', async () => {
      covers('000/connect-other-way');
      for (const security of [{ authMethod: 'apiKey', apiKey: 'a-token' }, { token: 'a-token' }])
        expect(await connect('two-ways', security)).toMatchObject({ status: 200, body: { status: 'pending' } });
      for (const security of [null, { authMethod: 'oauth2' }, { client_id: 'an-id' }])
        expect((await connect('two-ways', security)).body).toMatchObject({ oauth2_required: true });
      expect((await connect('github', { authMethod: 'oauth2' })).body).toMatchObject({ oauth2_required: true });
      expect(placesIn(await connect('github', {}))).toEqual(['security.token: missing']);
    });
  });
});
