import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { startEchoMcp } from '../emulators/echo-mcp.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { connectedNamed, connectNamed, placesIn, settled } from '../support/named-connections.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('what a named connection adds to its calls (000)', ({ migrated }) => {
  let plugboard: Plugboard;
  let database: DatabaseConfig;
  let gitlab: GitlabEmulator;
  const adminKey = new Secret('pb_a-key-that-outlives-an-instance');

  beforeAll(async () => {
    database = await migrated();
    gitlab = await startGitlab();
    plugboard = await startPlugboard(database, { adminKey });
    return () => gitlab.stop();
  });

  const security = { authMethod: 'apiKey', apiKey: gitlabTokens.valid };
  const wish = (more: object = {}) => ({
    name: 'Staging GitLab',
    security,
    target_system_servers: [{ url: `${gitlab.url}/api/v4`, description: 'Staging' }],
    ...more,
  });
  const connect = (more: object = {}) => connectNamed(plugboard, 'gitlab', wish(more));
  const read = ({ call }: Plugboard, id: string, args: object = { project: 'acme/api', issue_iid: 1 }) =>
    call(`POST /api/v1/connections/${id}/tools/get_issue/call`, { body: { arguments: args } });

  describe('headers', () => {
    it('go with every call and with the check, below what proves who we are', async () => {
      covers('000/connect-headers', '000/connect-headers-below-auth');
      const headers = { 'X-Team': ' support ', Authorization: 'Bearer of-somebody-else' };
      const id = await connectedNamed(plugboard, 'gitlab', wish({ headers }));
      expect((await read(plugboard, id)).body).toMatchObject({ status: 'ok' });
      for (const { headers: sent } of gitlab.ledger)
        expect(sent).toMatchObject({ 'x-team': 'support', authorization: `Bearer ${gitlabTokens.valid}` });
      expect(gitlab.ledger.map(({ path }) => path)).toEqual([
        '/api/v4/user',
        expect.stringContaining('/api/v4/projects/acme%2Fapi/issues/1'),
      ]);
    });

    it('come before those of the manifest', async () => {
      covers('000/connect-headers-below-auth');
      const answer = await connectNamed(plugboard, 'github', {
        ...wish({ headers: { 'X-GitHub-Api-Version': '2099-01-01' } }),
        target_system_servers: [{ url: `${gitlab.url}/github` }],
      });
      await settled(plugboard, answer);
      expect(gitlab.requests('GET', '/github/user')[0]?.headers).toMatchObject({
        'x-github-api-version': '2099-01-01',
        accept: 'application/vnd.github+json',
      });
    });

    it('go to an MCP server, too', async () => {
      covers('000/connect-headers', '000/connect-servers');
      const server = await startEchoMcp({ token: 'of-the-echo-server' });
      const id = await connectedNamed(plugboard, 'everything', {
        name: 'Echo',
        headers: { authorization: 'Bearer of-the-echo-server' },
        target_system_servers: [{ url: server.endpoint }],
      });
      const answer = await plugboard.call(`POST /api/v1/connections/${id}/tools/echo/call`, {
        body: { arguments: { message: 'hello' } },
      });
      expect(answer.text).toContain('Echo: hello');
      await server.stop();
    });

    it('stay when new credentials are submitted', async () => {
      covers('000/connect-headers-stay');
      gitlab.allow('glpat-the-next-token');
      const id = await connectedNamed(plugboard, 'gitlab', wish({ headers: { 'X-Team': 'kept' } }));
      const body = { fields: { token: 'glpat-the-next-token' } };
      expect((await plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body })).status).toBe(200);
      await read(plugboard, id);
      expect(gitlab.ledger.slice(-2).map(({ headers }) => [headers['x-team'], headers['authorization']])).toEqual([
        ['kept', 'Bearer glpat-the-next-token'],
        ['kept', 'Bearer glpat-the-next-token'],
      ]);
    });

    it('that no connection may set are refused', async () => {
      covers('000/connect-headers-refused');
      const names = [
        'Host',
        'content-length',
        'Connection',
        'Transfer-Encoding',
        'Upgrade',
        'TE',
        'two words',
        'a:b',
        '',
      ];
      for (const name of names) {
        const answer = await connect({ headers: { [name]: 'x' } });
        expect(placesIn(answer), name).toEqual([`headers.${name}: value_error`]);
      }
      for (const value of ['', ' ', 'a\r\nX-Evil: 1', 'a\u0001', 'ключ', 'x'.repeat(9000)])
        expect(placesIn(await connect({ headers: { 'X-Team': value } }))).toEqual(['headers.X-Team: value_error']);
      expect(placesIn(await connect({ headers: { 'X-Team': 'a', 'x-team': 'b' } }))).toEqual([
        'headers.x-team: value_error',
      ]);
      const protocol = { name: 'Echo', headers: { Accept: 'text/plain', 'Mcp-Session-Id': 'x' } };
      expect(placesIn(await connectNamed(plugboard, 'everything', protocol))).toEqual([
        'headers.Accept: value_error',
        'headers.Mcp-Session-Id: value_error',
      ]);
      const many = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`X-${index}`, 'x']));
      expect(placesIn(await connect({ headers: many }))).toEqual(['headers: value_error']);
    });
  });

  describe('general parameters', () => {
    const param = (changes: object = {}) => ({
      name: 'locale',
      description: 'The language of answers',
      location: 'query',
      value: 'en',
      ...changes,
    });

    it('are kept and answered back', async () => {
      covers('000/connect-params');
      const params = [
        param(),
        param({ location: 'header', name: 'X-Locale' }),
        param({ location: 'cookie', value: 'de_DE' }),
        param({ location: 'path', name: 'project', value: 'acme/api' }),
        param({ name: 'per_page', value: null }),
      ];
      const answer = await connect({ general_params: params });
      expect(answer).toMatchObject({ status: 200, body: { general_params: params } });
      const [given] = [{ name: 'later', description: '', location: 'query' }];
      expect((await connect({ general_params: [given] })).body).toMatchObject({
        general_params: [{ ...given, value: null }],
      });
    });

    it.each([
      ['a header no connection may set', { location: 'header', name: 'Host' }, 'name'],
      ['a header that is none', { location: 'header', name: 'X Locale' }, 'name'],
      ['a header that carries the key', { location: 'header', name: 'Authorization' }, 'name'],
      ['a header that carries cookies', { location: 'header', name: 'cookie' }, 'name'],
      ['a header of two lines', { location: 'header', value: 'en\r\nX-Evil: 1' }, 'value'],
      ['a cookie that is none', { location: 'cookie', name: 'a b' }, 'name'],
      ['a cookie that would be two', { location: 'cookie', value: 'en; admin=1' }, 'value'],
      ['a cookie of two lines', { location: 'cookie', value: 'en\r\nX-Evil: 1' }, 'value'],
      ['a name with control characters', { name: 'a\u0001b' }, 'name'],
      ['a part of a path with control characters', { location: 'path', value: 'a\u0001b' }, 'value'],
      ['a value without an end', { value: 'x'.repeat(4001) }, 'value'],
      ['a parameter without a name', { name: '' }, 'name'],
    ] as const)('refuse %s', async (_what, changes, place) => {
      covers('000/connect-params-refused');
      const answer = await connect({ general_params: [param({ name: 'other' }), param(changes)] });
      expect([answer.status, ...placesIn(answer)]).toEqual([422, `general_params.1.${place}: value_error`]);
    });

    it('refuse the header a person chose for the key, and what comes twice', async () => {
      covers('000/connect-params-refused');
      const chosen = await connectNamed(plugboard, 'http', {
        ...wish({ general_params: [param({ location: 'header', name: 'x-api-key' })] }),
        security: { ...security, headerName: 'X-API-Key' },
      });
      expect(placesIn(chosen)).toEqual(['general_params.0.name: value_error']);
      const header = (name: string) => param({ location: 'header', name });
      const twice = await connect({ general_params: [param(), header('locale'), param(), header('Locale')] });
      expect(placesIn(twice)).toEqual(['general_params.2.name: value_error', 'general_params.3.name: value_error']);
      const many = Array.from({ length: 51 }, (_, index) => param({ name: `p${index}` }));
      expect(placesIn(await connect({ general_params: many }))).toEqual(['general_params: value_error']);
    });
  });

  describe('target servers', () => {
    it('are answered back, and the first takes the place of the connector’s', async () => {
      covers('000/connect-servers');
      const servers = [
        { url: `${gitlab.url}/api/v4`, description: 'Staging', region: 'eu' },
        { url: 'HTTPS://Production.example.com' },
      ];
      const answer = await connect({ target_system_servers: servers });
      expect(answer.body['target_system_servers']).toEqual([
        { url: `${gitlab.url}/api/v4`, description: 'Staging' },
        { url: 'https://production.example.com' },
      ]);
    });

    it.each([
      'gitlab.example.com',
      '/api/v4',
      'ftp://gitlab.example.com',
      'javascript:alert(1)',
      'https://ann:secret@gitlab.example.com',
      'https://gitlab.example.com/#top',
      'https://gitlab.example.com/?token=x',
      'https://gitlab.example.com/${field.token}',
      'https://${field.base_url}/',
      'https:\\\\gitlab.example.com',
      'https://gitlab.exa\nmple.com',
      'http://10.0.0.1/api',
      'http://169.254.169.254/latest',
      'http://[::ffff:169.254.169.254]/',
      'http://[::1]:9/',
      'http://gitlab.example.com:22/',
    ])('refuse %j', async (url) => {
      covers('000/connect-servers-refused');
      const answer = await connect({ target_system_servers: [{ url }] });
      expect([answer.status, ...placesIn(answer)]).toEqual([422, 'target_system_servers.0.url: value_error']);
      expect(answer.text).not.toContain('secret');
    });

    it('of the protocol of MCP may hold a query, but no credential in it', async () => {
      covers('000/connect-servers-refused');
      const named = (url: string) =>
        connectNamed(plugboard, 'everything', { name: 'Echo', target_system_servers: [{ url }] });
      expect((await named(`${gitlab.url}/mcp?region=eu`)).status).toBe(200);
      for (const name of ['token', 'api_key', 'sig', 'X-Amz-Signature'])
        expect(placesIn(await named(`${gitlab.url}/mcp?${name}=x`))).toEqual([
          'target_system_servers.0.url: value_error',
        ]);
    });

    it('refuse to take the place of a server there is none of', async () => {
      covers('000/connect-servers-refused');
      const body = { name: 'Nowhere', target_system_servers: [{ url: gitlab.url }] };
      expect(placesIn(await connectNamed(plugboard, 'postgres', body))).toEqual(['target_system_servers: value_error']);
    });

    it('are guarded at every call', async () => {
      covers('000/connect-servers-at-call');
      const id = await connectedNamed(plugboard, 'gitlab', wish());
      await plugboard.stop();
      const guarded = await startPlugboard(database, { adminKey, egressAllow: [] });
      const before = gitlab.ledger.length;
      const answer = await read(guarded, id);
      expect(answer.body['status']).not.toBe('ok');
      expect(answer.text).toContain('PLUGBOARD_EGRESS_ALLOW');
      expect(gitlab.ledger).toHaveLength(before);
    });
  });
});
