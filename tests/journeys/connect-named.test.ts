import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { connectedNamed, connectNamed, placesIn, settled } from '../support/named-connections.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const path = 'POST /v1/tools/connectors/gitlab/connect';

describeOnDatabases('connecting under a name (000)', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    return () => gitlab.stop();
  });

  const good = (changes: object = {}) => ({
    name: 'Production GitLab',
    security: { authMethod: 'apiKey', apiKey: gitlabTokens.valid, base_url: gitlab.url },
    ...changes,
  });
  const record = (id: unknown, key = plugboard.adminKey) =>
    plugboard.call(`GET /api/v1/connections/${String(id)}`, { key });

  describe('what it answers', () => {
    it('is the record of the document, without waiting for the provider', async () => {
      covers('000/connect', '000/connect-record', '000/connect-checked');
      gitlab.next('slow');
      const answer = await connectNamed(plugboard, 'gitlab', good());
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        connector_id: 'gitlab',
        name: 'Production GitLab',
        version: plugboard.app.catalog.find('gitlab')?.version,
        access_scope: 'personal',
        is_service_account: false,
        owner: expect.stringMatching(/^[0-9a-f-]{36}$/),
        status: 'pending',
        general_params: [],
        target_system_servers: [],
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
      await settled(plugboard, answer);
    });

    it('becomes connected or auth_failed in the background', async () => {
      covers('000/connect-checked');
      expect(await settled(plugboard, await connectNamed(plugboard, 'gitlab', good()))).toMatchObject({
        connectorSlug: 'gitlab',
        label: 'Production GitLab',
        status: 'connected',
        account: 'ann',
      });
      const security = { token: gitlabTokens.revoked, base_url: gitlab.url };
      expect(await settled(plugboard, await connectNamed(plugboard, 'gitlab', good({ security })))).toMatchObject({
        status: 'auth_failed',
        statusReason: expect.stringContaining('Token was revoked'),
      });
    });

    it('is another connection every time', async () => {
      covers('000/connect-again');
      const [one, other] = await Promise.all([
        connectedNamed(plugboard, 'gitlab', good()),
        connectedNamed(plugboard, 'gitlab', good()),
      ]);
      expect(one).not.toBe(other);
    });

    it('is the same for a key in x-api-key', async () => {
      covers('000/connect-key-header');
      const headers = { 'x-api-key': plugboard.adminKey };
      expect((await plugboard.call(path, { key: '', headers, body: good() })).status).toBe(200);
      expect((await plugboard.call(path, { key: '', body: good() })).status).toBe(401);
    });

    it('takes null for everything but the name, and what it does not know', async () => {
      covers('000/connect-nulls', '000/connect-unknown-fields');
      const nothing = { version: null, general_params: null, headers: null, target_system_servers: null };
      const more = { ...nothing, access_scope: null, is_service_account: null, unheard_of: { x: 1 } };
      const answer = await connectNamed(plugboard, 'gitlab', good(more));
      expect(answer).toMatchObject({
        status: 200,
        body: { access_scope: 'personal', is_service_account: false, general_params: [], target_system_servers: [] },
      });
      expect(answer.body).not.toHaveProperty('unheard_of');
      expect((await connectNamed(plugboard, 'gitlab', good({ security: null }))).status).toBe(422);
    });
  });

  describe('what it refuses', () => {
    it('names each place of a bad body', async () => {
      covers('000/connect-name', '000/connect-detail');
      for (const [body, places] of [
        [good({ name: undefined }), ['name: missing']],
        [good({ name: 7 }), ['name: value_error']],
        [good({ name: null }), ['name: value_error']],
        [good({ name: '  ' }), ['name: value_error']],
        [good({ name: 'two\nlines' }), ['name: value_error']],
        [good({ security: 'secret' }), ['security: value_error']],
        [good({ headers: { 'X-Team': 1 } }), ['headers.X-Team: value_error']],
        [good({ general_params: {} }), ['general_params: value_error']],
        [
          good({ general_params: [{ name: 'a', description: 'b', location: 'body' }] }),
          ['general_params.0.location: value_error'],
        ],
        [good({ general_params: [{ name: 'a', location: 'query' }] }), ['general_params.0.description: missing']],
        [good({ target_system_servers: [{ description: 'no address' }] }), ['target_system_servers.0.url: missing']],
        [good({ is_service_account: 'yes' }), ['is_service_account: value_error']],
        [good({ version: 1 }), ['version: value_error']],
      ] as const) {
        const answer = await connectNamed(plugboard, 'gitlab', body);
        expect([answer.status, ...placesIn(answer)], JSON.stringify(body)).toEqual([422, ...places]);
      }
    });

    it('says of a missing body that it is, and of a broken one that it is no JSON', async () => {
      covers('000/connect-detail');
      expect(await plugboard.call(path)).toMatchObject({
        status: 422,
        body: { detail: [{ loc: ['body'], msg: 'Field required', type: 'missing' }] },
      });
      const headers = { 'content-type': 'application/json' };
      const broken = await plugboard.server.inject({
        method: 'POST',
        url: '/v1/tools/connectors/gitlab/connect',
        headers: { ...headers, host: 'localhost:7400', 'x-api-key': plugboard.adminKey },
        payload: '{"name": ',
      });
      expect(broken.statusCode).toBe(422);
      expect(broken.json()).toEqual({ detail: [{ loc: ['body'], msg: expect.any(String), type: 'json_invalid' }] });
    });

    it('says an index of a list as a number', async () => {
      covers('000/connect-detail');
      const servers = [{ url: 'https://ok.example.com' }, { url: 'ftp://files.example.com' }];
      const answer = await connectNamed(plugboard, 'gitlab', good({ target_system_servers: servers }));
      expect(answer.body).toMatchObject({ detail: [{ loc: ['body', 'target_system_servers', 1, 'url'] }] });
    });

    it('an unknown connector with a 404, whatever the body says', async () => {
      covers('000/connect-unknown-connector', '000/connect-envelope');
      for (const body of [good(), { nothing: 'fits' }])
        for (const connector of ['nonesuch', 'mcp', 'agent:openai', '__proto__'])
          expect(await connectNamed(plugboard, connector, body)).toMatchObject({
            status: 404,
            body: { error: { code: 'NOT_FOUND', request_id: expect.any(String) } },
          });
    });

    it('who may not connect with the one envelope', async () => {
      covers('000/connect-envelope');
      const viewer = await addPerson(plugboard, 'VIEWER');
      const narrow = await plugboard.mint({ role: 'OWNER', kind: 'person', scopes: ['connections:read'] });
      for (const key of [viewer.token, narrow])
        expect(await connectNamed(plugboard, 'gitlab', { ...good(), key })).toMatchObject({
          status: 403,
          body: { error: { code: 'FORBIDDEN' } },
        });
      expect((await plugboard.call(path, { key: 'pb_of-nobody', body: good() })).body).toMatchObject({
        error: { code: 'UNAUTHORIZED' },
      });
    });

    it('leaves nothing behind', async () => {
      const count = async () => (await plugboard.call('GET /api/v1/connections?scope=workspace')).body['items'];
      const before = await count();
      await connectNamed(plugboard, 'gitlab', good({ headers: { Host: 'evil.example.com' } }));
      await connectNamed(plugboard, 'gitlab', good({ version: '99.0.0' }));
      expect(await count()).toEqual(before);
    });
  });

  describe('who may use it', () => {
    const issue = (id: string, key: string) =>
      plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
        key,
        body: { arguments: { project: 'acme/api', issue_iid: 1 } },
      });

    it('is its owner alone, unless it is said otherwise', async () => {
      covers('000/connect-personal');
      const [owner, admin] = [await addPerson(plugboard, 'MEMBER'), await addPerson(plugboard, 'ADMIN')];
      const answer = await connectNamed(plugboard, 'gitlab', { ...good(), key: owner.token });
      expect(answer.body).toMatchObject({ access_scope: 'personal', owner: owner.userId });
      const { id } = await settled(plugboard, answer, { key: owner.token });
      expect((await record(id, admin.token)).status).toBe(404);
      expect((await issue(String(id), admin.token)).status).toBe(404);
      expect((await issue(String(id), owner.token)).body).toMatchObject({ status: 'ok' });
    });

    it('is everybody in the workspace where it is organizational', async () => {
      covers('000/connect-organizational');
      const [manager, member] = [await addPerson(plugboard, 'MANAGER'), await addPerson(plugboard, 'MEMBER')];
      const body = good({ access_scope: 'organizational' });
      const answer = await connectNamed(plugboard, 'gitlab', { ...body, key: manager.token });
      expect(answer.body).toMatchObject({ access_scope: 'organizational', owner: null });
      const { id } = await settled(plugboard, answer, { key: manager.token });
      expect((await record(id, member.token)).body).toMatchObject({ scope: 'workspace' });
      expect((await issue(String(id), member.token)).body).toMatchObject({ status: 'ok' });
      expect(await connectNamed(plugboard, 'gitlab', { ...body, key: member.token })).toMatchObject({
        status: 403,
        body: { error: { message: expect.stringContaining('MANAGER') } },
      });
    });

    it('is never said in other words', async () => {
      covers('000/connect-other-scope');
      for (const scope of ['workspace', 'Personal', ''])
        expect(placesIn(await connectNamed(plugboard, 'gitlab', good({ access_scope: scope })))).toEqual([
          'access_scope: value_error',
        ]);
    });

    it('does not change with is_service_account', async () => {
      covers('000/connect-service-account');
      const member = await addPerson(plugboard, 'MEMBER');
      const body = { ...good({ is_service_account: true }), key: member.token };
      const answer = await connectNamed(plugboard, 'gitlab', body);
      expect(answer.body).toMatchObject({ is_service_account: true, access_scope: 'personal', owner: member.userId });
      expect((await record(answer.body['id'])).status).toBe(404);
      const shared = good({ is_service_account: true, access_scope: 'organizational' });
      expect((await connectNamed(plugboard, 'gitlab', shared)).body).toMatchObject({ is_service_account: true });
    });
  });

  it('security and headers are told nobody: no answer, event or unsealed column has them', async () => {
    covers('000/connect-write-only', 'everywhere/7-no-secrets');
    gitlab.allow('glpat-write-only-token');
    const answer = await connectNamed(plugboard, 'gitlab', {
      ...good({ security: { token: 'glpat-write-only-token', base_url: gitlab.url } }),
      headers: { 'X-Routing': 'header-write-only-value' },
    });
    const { id } = await settled(plugboard, answer);
    const shown = await Promise.all([
      record(id),
      plugboard.call('GET /api/v1/connections?scope=workspace'),
      plugboard.call('GET /api/v1/events?limit=100'),
      plugboard.call('GET /v1/connectors'),
    ]);
    const tables = ['connections', 'connection_secrets', 'connector_versions', 'events', 'jobs'];
    const stored = await Promise.all(
      tables.map((table) => loose(plugboard.app.storage.writer).selectFrom(table).selectAll().execute()),
    );
    const everything = [answer, ...shown].map(({ text }) => text).join() + JSON.stringify(stored);
    expect(everything).toContain(String(id));
    expect(everything).not.toContain('write-only');
  });
});
