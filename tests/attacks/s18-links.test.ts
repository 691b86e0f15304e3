import { beforeAll, expect, it } from 'vitest';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { fillIn, formOf, makeLink, openTheLink, pathIn } from '../support/link-pages.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S18: links in the wrong hands', ({ migrated }) => {
  let plugboard: Plugboard;
  let replica: Plugboard;
  let app: string;

  beforeAll(async () => {
    const database = await migrated();
    plugboard = await startPlugboard(database);
    replica =
      database.databaseUrl === undefined
        ? plugboard
        : await startPlugboard(database, { adminKey: new Secret(plugboard.adminKey) });
    app = await plugboard.mint({ kind: 'app' });
  });

  const link = (body: object = {}) => makeLink(plugboard, app, { connectors: ['gitlab'], ...body });
  const state = async ({ id }: { id: string }) =>
    (await plugboard.call(`GET /api/v1/connect-links/${id}`, { key: app })).body['status'];
  const rows = () => plugboard.app.storage.rows.selectFrom('connect_links').selectAll().orderBy('id').execute();

  it('a preview, a HEAD and a prefetch of it spend nothing and change nothing', async () => {
    covers('connect-links/get-changes-nothing');
    const made = await link();
    const before = JSON.stringify(await rows());
    const { host } = new URL(made.url);
    for (const headers of [{}, { purpose: 'prefetch' }, { 'sec-purpose': 'prefetch;prerender' }, { accept: '*/*' }])
      expect((await browse(plugboard).open(pathIn(made.url), headers)).headers['set-cookie']).toBeUndefined();
    const head = await plugboard.server.inject({ method: 'HEAD', url: pathIn(made.url), headers: { host } });
    expect(head.statusCode).toBe(200);
    expect(JSON.stringify(await rows())).toBe(before);
    expect(await state(made)).toBe('created');
    expect((await openTheLink(browse(plugboard), made.url)).status).toBe(200);
  });

  it('its pages may be kept by nobody, tell no other site where they were, and stand in no frame', async () => {
    const made = await link();
    const { headers } = await browse(plugboard).open(pathIn(made.url));
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(String(headers['content-security-policy'])).not.toMatch(/unsafe|\*/);
  });

  it('is opened once, whoever of many comes first, on whichever replica', async () => {
    covers('connect-links/once');
    const made = await link();
    const browsers = Array.from({ length: 12 }, (_, index) => browse(index % 2 === 0 ? plugboard : replica));
    const { action, hidden } = formOf(await browse(plugboard).open(pathIn(made.url)));
    const sent = await Promise.all(browsers.map((browser) => browser.send(action, hidden)));
    expect(sent.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(sent.filter(({ status }) => status === 410)).toHaveLength(11);
    const open = await Promise.all(browsers.map((browser) => browser.open('/link')));
    expect(open.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('a second use says so, and how to get a new one; it learns nothing of whose it was', async () => {
    covers('connect-links/once');
    const made = await link({ end_user: { id: 'secret-id', name: 'Somebody Secret' } });
    await openTheLink(browse(plugboard), made.url);
    for (const again of [
      await browse(plugboard).open(pathIn(made.url)),
      await browse(plugboard).send(pathIn(made.url), {}),
    ]) {
      expect(again).toMatchObject({ status: 410, text: expect.stringContaining('was opened already') });
      expect(again.text).toContain('makes a new link');
      expect(again.text).not.toMatch(/secret/i);
      expect(again.headers['set-cookie']).toBeUndefined();
    }
  });

  it('a form of another site opens nothing', async () => {
    const made = await link();
    for (const origin of [undefined, 'null', 'https://evil.example', 'http://localhost:7401'])
      expect(
        (await browse(plugboard).send(pathIn(made.url), {}, { origin, 'sec-fetch-site': 'cross-site' })).status,
      ).toBe(403);
    expect(await state(made)).toBe('created');
  });

  it('is not found by guessing, nor by what an app is told of it', async () => {
    const made = await link();
    const token = pathIn(made.url).slice('/link/'.length);
    const row = (await rows()).find(({ id }) => id === made.id);
    const guesses = [
      randomToken(),
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      made.id,
      String(row?.token_hash),
      '',
    ];
    for (const guess of [...guesses, newId(), '..%2f..%2fsign-in', '%00', 'x'.repeat(20_000)]) {
      const shown = await browse(plugboard).open(`/link/${guess}`);
      expect([400, 403, 404, 414, 431]).toContain(shown.status);
      expect((await browse(plugboard).send(`/link/${guess}`, {})).headers['set-cookie']).toBeUndefined();
    }
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('its session is another secret than its token, and neither is kept', async () => {
    const made = await link();
    const browser = browse(plugboard);
    await openTheLink(browser, made.url);
    const session = browser.cookie().split('=')[1] ?? '';
    const token = pathIn(made.url).slice('/link/'.length);
    expect(session).toMatch(/^[\w-]{43}$/);
    expect(session).not.toBe(token);
    const stored = JSON.stringify(await rows());
    expect(stored).not.toContain(session);
    expect(stored).not.toContain(token);
    const forged = browse(plugboard);
    for (const value of [token, randomToken(), 'x', `${session}A`]) {
      forged.put(`plugboard-7400.link=${value}`);
      expect((await forged.open('/link')).status).toBe(403);
    }
  });

  it('a session is no credential of the API, nor the key to any other page of ours', async () => {
    const browser = browse(plugboard);
    await openTheLink(browser, (await link()).url);
    const { host } = new URL(plugboard.app.config.publicUrl);
    for (const url of ['/api/v1/me', '/api/v1/connections', '/mcp', '/docs'])
      expect((await plugboard.server.inject({ url, headers: { host, cookie: browser.cookie() } })).statusCode).toBe(
        401,
      );
  });

  it('the form of an older link does nothing once the browser has opened another', async () => {
    covers('connect-links/session');
    const browser = browse(plugboard);
    const form = await openTheLink(browser, (await link({ end_user: { id: 'first' } })).url);
    await openTheLink(browser, (await link({ end_user: { id: 'second' } })).url);
    const sent = await fillIn(browser, form, { 'field.token': 'x' });
    expect(sent).toMatchObject({ status: 409, text: expect.stringContaining('Another link was opened') });
    for (const user of ['first', 'second'])
      expect((await plugboard.call(`GET /api/v1/connections?end_user=${user}`, { key: app })).body['items']).toEqual(
        [],
      );
  });

  it('another workspace sees, lists and ends none of ours', async () => {
    covers('connect-links/seen');
    const made = await link({ end_user: { id: 'ours' } });
    const elsewhere = await anotherWorkspace(plugboard);
    for (const operation of [`GET /api/v1/connect-links/${made.id}`, `DELETE /api/v1/connect-links/${made.id}`])
      expect((await elsewhere.call(operation)).status).toBe(404);
    expect((await elsewhere.call('GET /api/v1/connect-links')).body['data']).toEqual([]);
    expect((await elsewhere.call('GET /api/v1/connect-links?end_user=ours')).body['data']).toEqual([]);
    expect(await state(made)).toBe('created');
  });

  it('agents make none, nor does who may not manage', async () => {
    covers('connect-links/made');
    for (const wish of [
      { kind: 'agent' as const },
      { kind: 'app' as const, role: 'MEMBER' as const },
      { kind: 'app' as const, scopes: ['end_users:read' as const] },
    ]) {
      const key = await plugboard.mint(wish);
      const body = { end_user: { id: 'u_1' } };
      expect((await plugboard.call('POST /api/v1/connect-links', { key, body })).status).toBe(403);
      expect((await plugboard.call('GET /api/v1/connect-links', { key })).status).toBe(403);
    }
  });

  it('the token of an end user makes, sees and ends links of that one alone, and writes nothing of the app’s', async () => {
    covers('connect-links/own');
    const mint = async (id: string, wish: object = {}) => {
      const body = { end_user: { id }, ...wish };
      return String((await plugboard.call('POST /api/v1/user-tokens', { key: app, body })).body['token']);
    };
    const [mine, theirs] = [await mint('mine', { connectors: ['gitlab'] }), await mint('theirs')];
    const make = (key: string, body: object) => plugboard.call('POST /api/v1/connect-links', { key, body });
    const made = await make(mine, { end_user: { id: 'mine' } });
    expect(made.status, made.text).toBe(201);
    const id = String(made.body['id']);
    expect((await plugboard.call(`GET /api/v1/connect-links/${id}`, { key: mine })).body).toMatchObject({
      connectors: ['gitlab'],
      end_user: { id: 'mine' },
    });
    for (const body of [
      { end_user: { id: 'theirs' } },
      { end_user: { id: 'mine' }, metadata: { plan: 'pro' } },
      { end_user: { id: 'mine' }, connectors: ['github'] },
    ])
      expect((await make(mine, body)).status).toBe(403);
    for (const operation of [`GET /api/v1/connect-links/${id}`, `DELETE /api/v1/connect-links/${id}`])
      expect((await plugboard.call(operation, { key: theirs })).status).toBe(404);
    expect((await plugboard.call('GET /api/v1/connect-links?end_user=mine', { key: theirs })).body['data']).toEqual([]);
    expect((await plugboard.call(`DELETE /api/v1/connect-links/${id}`, { key: mine })).status).toBe(204);
  });
});
