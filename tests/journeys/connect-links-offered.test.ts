import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { type GoogleOauth, startGoogleOauth } from '../emulators/oauth/google.ts';
import { type Walk, walkThrough } from '../emulators/oauth/walk-through.ts';
import { type Browsing, browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { fillIn, formOf, makeLink, onwardOf, openTheLink, pathIn } from '../support/link-pages.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { emulatedId, oauthCatalog } from '../support/oauth-connector.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const calendar = emulatedId('google-calendar');
const publicUrl = 'http://localhost:7400';
const scopeOf = (name: string) => `https://www.googleapis.com/auth/${name}`;
const least = ['openid', scopeOf('userinfo.email'), scopeOf('calendar.calendarlist.readonly')];
const events = scopeOf('calendar.events');

describeOnDatabases('a call of an end user that lacks a connection', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let google: GoogleOauth;
  let app: string;
  let address: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    google = await startGoogleOauth({ redirectUri: `${publicUrl}/api/v1/connections/oauth/callback` });
    const catalogDirs = [oauthCatalog({ 'google-calendar': google.url })];
    plugboard = await startPlugboard(await migrated(), { catalogDirs, port: 0 });
    address = await plugboard.listen();
    const { clientId, clientSecret } = google.app;
    const body = { client_id: clientId, client_secret: clientSecret };
    await plugboard.call(`PUT /api/v1/oauth-apps/${calendar}`, { body });
    app = await plugboard.mint({ kind: 'app' });
    return async () => {
      await Promise.all([gitlab.stop(), google.stop()]);
    };
  });

  const tokenOf = async (id: string, wish: object = {}) => {
    const body = { end_user: { id }, ...wish };
    const minted = await plugboard.call('POST /api/v1/user-tokens', { key: app, body });
    expect(minted.status, minted.text).toBe(201);
    return String(minted.body['token']);
  };
  const linksOf = async (id: string) =>
    Object((await plugboard.call(`GET /api/v1/connect-links?end_user=${id}`, { key: app })).body['data']);
  const callAs = (key: string, [connection, tool]: readonly [string, string], args: object = {}) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, { key, body: { arguments: args } });

  async function overMcp(token: string, name: string): Promise<string> {
    const client = await mcpClient(address, token);
    const { content } = await client.callTool({ name, arguments: {} });
    await client.close();
    return JSON.stringify(content).replaceAll('\\', '');
  }
  const urlIn = (said: string) => /"connect_url":"([^"]+)"/.exec(said)?.[1] ?? '';

  it('is told a link for exactly that end user and connector; asking again hands out the same', async () => {
    covers('connect-links/offered', 'everywhere/15-connect-url');
    const token = await tokenOf('wants');
    const said = await overMcp(token, 'gitlab__list_issues');
    expect(said).toContain('"reason":"connect_first"');
    const url = urlIn(said);
    expect(url).toMatch(new RegExp(`^${publicUrl}/link/[\\w-]{43}$`));
    for (let count = 0; count < 3; count += 1) expect(urlIn(await overMcp(token, 'gitlab__list_issues'))).toBe(url);
    expect(await linksOf('wants')).toMatchObject([{ status: 'created', connectors: ['gitlab'], purpose: 'connect' }]);
    const browser = browse(plugboard);
    const form = await openTheLink(browser, url);
    const fresh = urlIn(await overMcp(token, 'gitlab__list_issues'));
    expect(fresh).not.toBe(url);
    await fillIn(browser, form, { 'field.base_url': gitlab.url, 'field.token': gitlabTokens.valid });
    const listed = await plugboard.call('GET /api/v1/connections?end_user=wants', { key: app });
    expect(listed.body['items']).toMatchObject([{ connectorSlug: 'gitlab', status: 'connected' }]);
    expect(await overMcp(token, 'gitlab__list_issues')).not.toContain('connect_first');
  });

  it('is told none for a connector that its token is not for', async () => {
    covers('connect-links/offered');
    const token = await tokenOf('narrow', { connectors: ['github'] });
    expect(await overMcp(token, 'gitlab__list_issues')).not.toContain('connect_url');
  });

  it('a key that no longer works leads to a link for that connection', async () => {
    covers('connect-links/offered', 'connect-links/reconnect');
    const made = await makeLink(plugboard, app, { connectors: ['gitlab'], end_user: { id: 'stale' } });
    const browser = browse(plugboard);
    const values = { 'field.base_url': gitlab.url, 'field.token': gitlabTokens.valid };
    await fillIn(browser, await openTheLink(browser, made.url), values);
    const [connection] = Object(
      (await plugboard.call('GET /api/v1/connections?end_user=stale', { key: app })).body['items'],
    );
    gitlab.state.tokens.delete(gitlabTokens.valid);
    const token = await tokenOf('stale');
    const called = await callAs(token, [connection.id, 'list_issues'], { project: 'acme/api' });
    gitlab.allow(gitlabTokens.valid);
    expect(called.body).toMatchObject({ status: 'rejected', reason: 'auth', connect_url: expect.any(String) });
    const shown = await openTheLink(browser, String(called.body['connect_url']));
    const done = await fillIn(browser, shown, values);
    expect(done.text).toContain('is connected');
    const again = await plugboard.call('GET /api/v1/connections?end_user=stale', { key: app });
    expect(again.body['items']).toMatchObject([{ id: connection.id, status: 'connected' }]);
  });

  async function goThrough(browser: Browsing, url: string, walk: Walk) {
    const { action, hidden } = formOf(await openTheLink(browser, url));
    const back = await walkThrough(onwardOf(await browser.send(action, hidden)), walk);
    await browser.open(pathIn(back.href.replace(back.origin, publicUrl)));
    return fillIn(browser, await browser.open('/link'), { accept: 'yes' });
  }

  it('a tool that needs more than was granted leads to a link that asks for exactly that', async () => {
    covers('connect-links/offered', 'connect-links/step-up');
    const made = await makeLink(plugboard, app, { connectors: [calendar], end_user: { id: 'more' } });
    const browser = browse(plugboard);
    await goThrough(browser, made.url, { scopes: least });
    const [connection] = Object(
      (await plugboard.call('GET /api/v1/connections?end_user=more', { key: app })).body['items'],
    );
    const token = await tokenOf('more');
    const event = { start: { dateTime: '2026-11-23T12:00:00Z' }, end: { dateTime: '2026-11-23T13:00:00Z' } };
    const args = { calendar_id: 'primary', summary: 'Lunch', ...event };
    const called = await callAs(token, [connection.id, 'create_event'], args);
    expect(called.body).toMatchObject({
      status: 'rejected',
      reason: 'scope',
      connect_url: expect.stringContaining('/link/'),
    });
    const url = String(called.body['connect_url']);
    const [offered] = await linksOf('more');
    expect(offered).toMatchObject({ purpose: 'step_up', connection_id: connection.id, scopes: [events] });
    const page = await openTheLink(browser, url);
    expect(page.text).toContain('Allow more for');
    expect(page.text.replaceAll(/<wbr ?\/?>/g, '')).toContain(events);
    const { action, hidden } = formOf(page);
    const onward = onwardOf(await browser.send(action, hidden));
    expect(new URL(onward).searchParams.get('scope')?.split(' ')).toEqual(expect.arrayContaining([...least, events]));
    const back = await walkThrough(onward, { scopes: [...least, events] });
    await browser.open(pathIn(back.href.replace(back.origin, publicUrl)));
    await fillIn(browser, await browser.open('/link'), { accept: 'yes' });
    const after = await plugboard.call(`GET /api/v1/connections/${connection.id}`, { key: app });
    expect(after.body).toMatchObject({ id: connection.id, scopes: expect.arrayContaining([events]) });
  });

  it('members keep the pages for people who sign in here', async () => {
    const said = await overMcp(await plugboard.mint(), `${calendar}__list_calendars`);
    expect(urlIn(said)).toContain(`${publicUrl}/connect/${calendar}~`);
  });
});
