import { beforeAll, expect, it } from 'vitest';
import { roles } from '../../server/src/access/caller.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { findApp } from '../../server/src/oauth/apps/oauth-app-store.ts';
import { openApp } from '../../server/src/oauth/apps/seal-app.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type ApiAnswer, type Plugboard, startPlugboard } from '../support/plugboard.ts';

const at = '/api/v1/oauth-apps';
const clientSecret = 'a-client-secret-that-nobody-sees-again';
const app = { client_id: 'ours.apps.example.com', client_secret: clientSecret };
const environment = { clientId: 'of-the-installation', clientSecret: new Secret('the-secret-of-the-installation') };

describeOnDatabases('the OAuth apps of a workspace', ({ migrated }) => {
  let plugboard: Plugboard;
  let elsewhere: Pick<Plugboard, 'call'>;
  const shown: ApiAnswer[] = [];

  beforeAll(async () => {
    const apps = ['google-calendar', 'mcp', 'nobody-knows'].map((id) => [id, environment] as const);
    plugboard = await startPlugboard(await migrated(), { oauthApps: new Map(apps), rateLimit: 'off' });
    elsewhere = await anotherWorkspace(plugboard);
  });

  const ask = async (operation: string, body?: unknown, key?: string) => {
    const request = { ...(body === undefined ? {} : { body }), ...(key === undefined ? {} : { key }) };
    const answer = await plugboard.call(operation, request);
    shown.push(answer);
    return answer;
  };
  const set = (connector: string, body: unknown = app, key?: string) => ask(`PUT ${at}/${connector}`, body, key);
  const get = async (connector: string) => (await ask(`GET ${at}/${connector}`)).body;
  const events = async () => {
    const { data } = (await ask('GET /api/v1/events?limit=100')).body;
    return Array.isArray(data) ? data.filter(({ type }) => String(type).startsWith('oauth_app.')) : [];
  };
  const stored = () => loose(plugboard.app.storage.writer).selectFrom('oauth_apps').selectAll().execute();

  it('is nobody’s at first, and says what to register and where', async () => {
    covers('apps/set', 'apps/where-to-register');
    const { publicUrl } = plugboard.app.config;
    expect(await get('github')).toEqual({
      connector: 'github',
      name: 'GitHub',
      source: null,
      client_id: null,
      has_secret: false,
      fields: null,
      redirect_uri: `${publicUrl}/api/v1/connections/oauth/callback`,
      setup_url: plugboard.app.catalog.find('github')?.oauth?.setup === undefined ? null : expect.any(String),
      created_at: null,
      updated_at: null,
    });
  });

  it('is set, replaced as a whole, and deleted once', async () => {
    covers('apps/set', 'apps/events');
    const first = await set('github');
    expect(first).toMatchObject({
      status: 200,
      body: { connector: 'github', source: 'workspace', client_id: app.client_id, has_secret: true },
    });
    expect(await get('github')).toEqual(first.body);
    const second = await set('github', { client_id: 'public' });
    expect(second.body).toMatchObject({ client_id: 'public', has_secret: false, created_at: first.body['created_at'] });
    expect((await ask(`DELETE ${at}/github`)).status).toBe(204);
    expect((await ask(`DELETE ${at}/github`)).status).toBe(404);
    expect(await get('github')).toMatchObject({ source: null, client_id: null, has_secret: false });
    expect((await events()).map(({ type, data }) => [type, data])).toEqual([
      ['oauth_app.removed', { connector: 'github' }],
      ['oauth_app.set', { connector: 'github', client_id: 'public', has_secret: false, fields: null }],
      ['oauth_app.set', { connector: 'github', client_id: app.client_id, has_secret: true, fields: null }],
    ]);
  });

  it('counts before the environment’s, which counts again afterwards', async () => {
    covers('apps/in-force');
    const ours = { source: 'workspace', client_id: app.client_id };
    const theirs = { source: 'environment', client_id: environment.clientId, has_secret: true, created_at: null };
    expect(await get('google-calendar')).toMatchObject(theirs);
    await set('google-calendar');
    expect(await get('google-calendar')).toMatchObject(ours);
    await ask(`DELETE ${at}/google-calendar`);
    expect(await get('google-calendar')).toMatchObject(theirs);
    expect((await ask(`DELETE ${at}/google-calendar`)).status).toBe(404);
  });

  it('is listed by connector, page by page, with what the environment brings for the catalog', async () => {
    covers('apps/set', 'apps/in-force', 'apps/look-alike');
    await set('github');
    await set('linear-mcp');
    const { data, next_cursor: end } = (await ask(`GET ${at}`)).body;
    const listed = [
      { connector: 'github', source: 'workspace' },
      { connector: 'google-calendar', source: 'environment' },
      { connector: 'linear-mcp', source: 'workspace' },
    ];
    expect({ data, end }).toMatchObject({ data: listed, end: null });
    const first = (await ask(`GET ${at}?limit=2`)).body;
    const rest = (await ask(`GET ${at}?limit=2&cursor=${String(first['next_cursor'])}`)).body;
    expect([first['data'], rest['data']].flat()).toEqual(data);
    expect((await ask(`GET ${at}?cursor=nonsense`)).status).toBe(400);
  });

  it('is kept sealed for the provider’s addresses, and opens in its own place alone', async () => {
    covers('apps/sealed');
    await set('google-calendar');
    const { vault, storage } = plugboard.app;
    const db = storage.workspace(plugboard.workspaceId);
    const kept = await findApp(db, 'google-calendar');
    if (kept === undefined) throw new Error('It was not kept.');
    const opened = await openApp({ vault, db }, kept);
    expect(opened.secret?.value.reveal()).toBe(clientSecret);
    expect(opened.secret?.origins).toEqual(['https://oauth2.googleapis.com']);
    for (const moved of [
      { ...kept, connectorId: 'github' },
      { ...kept, generation: kept.generation + 1 },
    ])
      await expect(openApp({ vault, db }, moved)).rejects.toThrow('does not open');
    const abroad = await storage.rows
      .selectFrom('workspaces')
      .select('id')
      .where('slug', '=', 'elsewhere')
      .executeTakeFirstOrThrow();
    await expect(openApp({ vault, db: storage.workspace(abroad.id) }, kept)).rejects.toThrow('does not open');
    const text = JSON.stringify(await stored());
    for (const form of [clientSecret, Buffer.from(clientSecret).toString('base64').slice(0, -4)])
      expect(text).not.toContain(form);
  });

  it('is for a server that one runs oneself where that is named, and says so', async () => {
    covers('apps/self-run');
    const fields = { base_url: 'https://git.acme.example' };
    const answer = await set('gitlab', { ...app, fields });
    expect(answer).toMatchObject({ status: 200, body: { source: 'workspace', fields } });
    expect(await get('gitlab')).toEqual(answer.body);
    expect((await events())[0]?.data).toMatchObject({ connector: 'gitlab', fields });
    expect((await set('gitlab', app)).body).toMatchObject({ fields: null });
  });

  it.each([
    ['a field nobody knows', { basis: 'https://git.acme.example' }, 'unknown field: basis'],
    ['no address', { base_url: 'git' }, 'base_url must be an http or https address'],
    ['the app itself', { client_id: 'x', base_url: 'https://git.acme.example' }, 'does not belong there'],
    ['a secret', { client_secret: clientSecret }, 'does not belong there'],
  ])('for a server named by %s is a 400 that changes nothing', async (_what, fields, words) => {
    covers('apps/self-run');
    const before = await stored();
    const answer = await set('gitlab', { ...app, fields });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(words);
    expect(await stored()).toEqual(before);
  });

  it('belongs to one workspace: another has its own or none', async () => {
    covers('apps/tenants');
    await set('github');
    const theirs = await elsewhere.call(`GET ${at}/github`);
    expect(theirs.body).toMatchObject({ source: null, client_id: null });
    expect((await elsewhere.call(`DELETE ${at}/github`)).status).toBe(404);
    await elsewhere.call(`PUT ${at}/github`, { body: { client_id: 'elsewhere' } });
    expect(await get('github')).toMatchObject({ client_id: app.client_id });
    expect((await elsewhere.call(`GET ${at}`)).text).not.toContain(app.client_id);
  });

  it.each(roles)('of %s is seen and set from ADMIN on', async (role) => {
    covers('apps/roles');
    const key = await plugboard.mint({ kind: 'person', role, scopes: ['connections:read', 'connections:write'] });
    const seen = role === 'ADMIN' || role === 'OWNER' ? 200 : 403;
    for (const operation of [`GET ${at}`, `GET ${at}/github`])
      expect((await ask(operation, undefined, key)).status).toBe(seen);
    const before = await stored();
    for (const operation of [`PUT ${at}/github`, `DELETE ${at}/github`])
      expect((await ask(operation, operation.startsWith('PUT') ? app : undefined, key)).status).toBe(403);
    expect(await stored()).toEqual(before);
  });

  it('is set by a key that may hand out authority', async () => {
    covers('apps/roles');
    const key = await plugboard.mint({ kind: 'person', scopes: ['connections:write', 'admin'] });
    expect((await set('github', { client_id: 'by-a-key' }, key)).status).toBe(200);
  });

  it.each([
    ['no client id', { client_secret: 'x' }],
    ['an empty client id', { client_id: '  ' }],
    ['a client id with a line break', { client_id: 'a\nb' }],
    ['a client id that is too long', { client_id: 'x'.repeat(501) }],
    ['an empty secret', { client_id: 'x', client_secret: '' }],
    ['a secret that is too long', { client_id: 'x', client_secret: 'x'.repeat(16_385) }],
    ['a field nobody knows', { client_id: 'x', clientsecret: clientSecret }],
    ['no object', ['x']],
  ])('with %s is a 400 that changes nothing and repeats no secret', async (_what, body) => {
    covers('apps/set');
    const before = await stored();
    expect((await set('github', body)).status).toBe(400);
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['a connector nobody knows', 'nonesuch', 'There is no connector'],
    ['a connector without a browser sign-in', 'everything', 'has no OAuth app'],
  ])('for %s is a 404', async (_what, connector, words) => {
    covers('apps/set');
    for (const answer of [await set(connector), await ask(`GET ${at}/${connector}`)]) {
      expect(answer.status).toBe(404);
      expect(answer.text).toContain(words);
    }
  });

  it('is whole when several set it at once', async () => {
    covers('apps/set');
    const ids = ['one', 'two', 'three', 'four'];
    const answers = await Promise.all(
      ids.map((id) => set('github', { client_id: id, client_secret: `secret of ${id}` })),
    );
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const { vault, storage } = plugboard.app;
    const db = storage.workspace(plugboard.workspaceId);
    const kept = await findApp(db, 'github');
    const opened = kept && (await openApp({ vault, db }, kept));
    expect(opened?.secret?.value.reveal()).toBe(`secret of ${kept?.clientId ?? ''}`);
  });

  it('has shown its secret to nobody', async () => {
    covers('apps/sealed', 'apps/events');
    await events();
    for (const { text } of shown) {
      expect(text).not.toContain(clientSecret);
      expect(text).not.toContain(environment.clientSecret.reveal());
    }
  });
});

describeOnDatabases('the catalog and OAuth apps', ({ migrated }) => {
  let plugboard: Plugboard;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  const google = async () => {
    const { items } = (await plugboard.call('GET /api/v1/connectors?q=google-calendar')).body;
    return Array.isArray(items) ? items[0] : undefined;
  };

  it('say what is missing until an app is set, and not before or after', async () => {
    covers('apps/availability', 'apps/missing', '004/configured');
    const { availabilityReason: reason, ...item } = await google();
    expect(item).toMatchObject({ configured: false, availability: 'needs_setup' });
    for (const part of [
      'PLUGBOARD_OAUTH_GOOGLE_CALENDAR_CLIENT_ID',
      'PLUGBOARD_OAUTH_GOOGLE_CALENDAR_CLIENT_SECRET',
      'PUT /api/v1/oauth-apps/google-calendar',
      `${plugboard.app.config.publicUrl}/api/v1/connections/oauth/callback`,
    ])
      expect(reason).toContain(part);
    await plugboard.call(`PUT ${at}/google-calendar`, { body: app });
    const now = await google();
    expect(now).toMatchObject({ configured: true, availability: 'available' });
    expect(now).not.toHaveProperty('availabilityReason');
    await plugboard.call(`DELETE ${at}/google-calendar`);
    expect(await google()).toMatchObject({ configured: false, availability: 'needs_setup' });
  });
});
