import { beforeAll, expect, it } from 'vitest';
import { connectGitlab, idIn } from '../support/connect.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { catalogFolder, openData } from '../support/catalog-folder.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const refused = { status: 400, body: { error: { code: 'BAD_REQUEST' } } };
const unreachable = 'PROVIDER_UNAVAILABLE';

describeOnDatabases('signing in through a browser (004)', ({ migrated }) => {
  const catalogDirs = [catalogFolder({ 'open-data': openData })];
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let waiting: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { catalogDirs });
    waiting = await install('linear-mcp');
    return () => gitlab.stop();
  });

  const install = async (connector: string): Promise<string> => {
    const installed = await plugboard.call(`POST /api/v1/connectors/${connector}/install?workspace_id=default`, {
      body: {},
    });
    return String(installed.body['integration_id']);
  };
  const start = (query: string, headers: Record<string, string> = {}) =>
    plugboard.call(`GET /api/v1/connections/oauth/start${query}`, { headers });
  const comeBack = (query: string, headers: Record<string, string> = {}) =>
    plugboard.call(`GET /api/v1/connections/oauth/callback${query}`, { key: '', headers });

  it('stands where it is told: a connection that waits, and no page to open while none is under way', async () => {
    covers('004/oauth-status');
    const { status, body } = await plugboard.call(`GET /api/v1/connections/${waiting}/oauth`);
    const record = await plugboard.call(`GET /api/v1/connections/${waiting}`);
    expect({ status, body }).toEqual({ status: 200, body: { connection: record.body, oauthUrl: null } });
    expect(record.body).toMatchObject({ status: 'pending', authType: 'oauth' });
  });

  it.each(['GET', 'POST'])('%s on a connection whose values are submitted is a 400 that says so', async (method) => {
    covers('004/oauth-wrong-kind');
    const open = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'open-data' } });
    for (const id of [await connectGitlab(plugboard, gitlab.url, { label: method }), idIn(open.body['connection'])]) {
      const answer = await plugboard.call(`${method} /api/v1/connections/${id}/oauth`);
      expect(answer).toMatchObject(refused);
      expect(answer.text).toContain('not by signing in through a browser');
      expect((await plugboard.call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'connected' });
    }
  });

  it('that cannot be begun because the server cannot be asked is a 502, and makes nothing', async () => {
    covers('004/oauth-unasked');
    const before = (await plugboard.call('GET /api/v1/connections?scope=workspace')).body;
    for (const operation of [
      `POST /api/v1/connections/${waiting}/oauth`,
      'GET /api/v1/connections/oauth/start?slug=linear-mcp&label=Another',
    ])
      expect(await plugboard.call(operation)).toMatchObject({ status: 502, body: { error: { code: unreachable } } });
    expect((await plugboard.call('GET /api/v1/connections?scope=workspace')).body).toEqual(before);
    expect((await plugboard.call(`GET /api/v1/connections/${waiting}/oauth`)).body['oauthUrl']).toBeNull();
  });

  it.each([
    ['no slug', '', 'slug'],
    ['an empty slug', '?slug=', 'slug'],
    ['a slug nobody knows', '?slug=nonesuch', 'nonesuch'],
    ['two slugs', '?slug=linear-mcp&slug=gitlab', 'slug'],
    ['a connector whose values are submitted', '?slug=http', 'not by signing in through a browser'],
    ['a connector that asks for nothing', '?slug=open-data', 'not by signing in through a browser'],
    ['an OAuth client nobody configured', '?slug=google-calendar&label=Work', 'OAuth client of Google Calendar'],
    ['a second way of signing in that needs a client', '?slug=github', 'OAuth client of GitHub'],
    ['a choice that is none', '?slug=linear-mcp&selectAccount=perhaps', 'selectAccount'],
  ])('is not begun by slug with %s, and nothing is made', async (_what, query, words) => {
    covers('004/bad-start', '004/oauth-wrong-kind');
    const before = await plugboard.call('GET /api/v1/connections?scope=workspace');
    for (const headers of [{ accept: 'application/json' }, { accept: 'text/html' }]) {
      const answer = await start(query, headers);
      expect(answer).toMatchObject(refused);
      expect(answer.text).toContain(words);
    }
    expect((await plugboard.call('GET /api/v1/connections?scope=workspace')).body).toEqual(before.body);
  });

  it.each(['google-calendar', 'github'])(
    'POST /connections says which OAuth client nobody configured: %s',
    async (slug) => {
      covers('004/bad-start');
      const body = { connectorSlug: slug, label: 'By OAuth', authMode: 'byo_oauth' };
      const answer = await plugboard.call('POST /api/v1/connections', { body });
      expect(answer).toMatchObject(refused);
      expect(answer.text).toMatch(/The OAuth client of (Google Calendar|GitHub) is not configured/);
      expect((await plugboard.call('GET /api/v1/connections')).text).not.toContain('By OAuth');
    },
  );

  it('with a configured OAuth client says that in the catalog, and is begun with it', async () => {
    covers('004/configured', '004/oauth-start');
    const ofGoogle = async ({ call }: Pick<Plugboard, 'call'>) => {
      const { items } = (await call('GET /api/v1/connectors?q=google-calendar')).body;
      return Array.isArray(items) ? items[0] : undefined;
    };
    const app = { clientId: 'ours', clientSecret: new Secret('the secret of our app') };
    const configured = await startPlugboard(await migrated(), { oauthApps: new Map([['google-calendar', app]]) });
    const item = { slug: 'google-calendar', authType: 'oauth' };
    expect(await ofGoogle(plugboard)).toMatchObject({ ...item, configured: false });
    expect(await ofGoogle(configured)).toMatchObject({ ...item, configured: true, availability: 'available' });
    const begun = await configured.call('GET /api/v1/connections/oauth/start?slug=google-calendar');
    expect(begun.status).toBe(302);
    const url = new URL(String(begun.headers['location']));
    expect(url.origin).toBe('https://accounts.google.com');
    expect(url.searchParams.get('client_id')).toBe('ours');
    expect(url.href).not.toContain('secret');
  });

  it('is seen by whoever may use the connection, and begun by whoever manages it', async () => {
    covers('004/shared', '004/foreign');
    const member = await addPerson(plugboard, 'MEMBER');
    const at = (method: string, id: string) =>
      plugboard.call(`${method} /api/v1/connections/${id}/oauth`, { key: member.token });
    expect((await at('GET', waiting)).status).toBe(200);
    expect((await at('POST', waiting)).status).toBe(403);
    const own = await connectGitlab(plugboard, gitlab.url, { label: 'Not theirs' });
    expect([(await at('GET', own)).status, (await at('POST', own)).status]).toEqual([404, 404]);
    expect([(await at('GET', 'nonsense')).status, (await at('POST', 'nonsense')).status]).toEqual([400, 400]);
  });

  it.each([
    ['no state', ''],
    ['an empty state', '?state='],
    ['a state nobody began', '?state=Zm9yZ2Vk&code=123'],
    ['a state that is too long', `?state=${'x'.repeat(5000)}`],
    ['two states', '?state=a&state=b'],
    ['a state that is an object', '?state[a]=b'],
    ['zero bytes', '?state=%00&code=%00'],
    ['a half character', '?state=%ff%fe'],
    ['a refusal of the provider', '?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E&state=q'],
    ['markup', '?state=%3Cscript%3Ealert(1)%3C%2Fscript%3E'],
  ])('the way back with %s is a 400 in words, and repeats nothing of it', async (_what, query) => {
    covers('004/callback-refusals');
    const program: Record<string, string> = {};
    const browser = { cookie: 'plugboard=x', 'sec-fetch-site': 'cross-site', accept: 'text/html' };
    for (const headers of [program, browser]) {
      const answer = await comeBack(query, headers);
      expect(answer.status).toBe(400);
      for (const sent of ['alert(1)', 'Zm9yZ2Vk', 'access_denied', 'xxxx']) expect(answer.text).not.toContain(sent);
      const isPage = headers === browser;
      expect(answer.headers['content-type']).toContain(isPage ? 'text/html' : 'application/json');
    }
  });
});
