import { beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { fillIn, formOf, makeLink, openTheLink, pathIn, plain } from '../support/link-pages.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { movableClock } from '../support/started-access.ts';

describeOnDatabases('an end user connecting with a key, by a link', ({ migrated }) => {
  const clock = movableClock();
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let app: string;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated(), { clock });
    app = await plugboard.mint({ kind: 'app' });
    return () => gitlab.stop();
  });

  const call = (operation: string, body?: unknown) =>
    plugboard.call(operation, { key: app, ...(body !== undefined && { body }) });
  const link = (body: object = {}) => makeLink(plugboard, app, { connectors: ['gitlab'], ...body });
  const state = async (id: string) => (await call(`GET /api/v1/connect-links/${id}`)).body;
  const values = (token: string = gitlabTokens.valid) => ({ 'field.base_url': gitlab.url, 'field.token': token });
  const record = async (id: unknown) => (await call(`GET /api/v1/connections/${String(id)}`)).body;

  describe('making one', () => {
    it('answers its id, its address and its end; only its hash is kept', async () => {
      covers('connect-links/made', 'connect-links/seen');
      const made = await call('POST /api/v1/connect-links', { end_user: { id: 'made', name: 'Ada' }, expires_in: 60 });
      expect(made).toMatchObject({
        status: 201,
        body: { url: expect.stringMatching(/^http:\/\/localhost:7400\/link\/[\w-]{43}$/) },
      });
      expect(Date.parse(String(made.body['expires_at'])) - clock.now()).toBeLessThanOrEqual(60_000);
      expect(await state(String(made.body['id']))).toMatchObject({
        status: 'created',
        purpose: 'connect',
        end_user: { id: 'made', name: 'Ada', email: null },
        connectors: null,
        connection_id: null,
      });
      const rows = await plugboard.app.storage.rows.selectFrom('connect_links').selectAll().execute();
      expect(JSON.stringify(rows)).not.toContain(String(made.body['url']).split('/').at(-1));
    });

    it('is on record with its end user, in one piece', async () => {
      const { id } = await link({ end_user: { id: 'recorded' } });
      const events = await plugboard.call(`GET /api/v1/events?subject=connect_link:${id}`);
      expect(events.body['data']).toMatchObject([{ type: 'connect_link.created', data: { purpose: 'connect' } }]);
      expect(events.text).not.toContain('recorded');
    });

    it.each([
      [{ connectors: ['no-such'] }, /no connector .*no-such/],
      [{ connectors: ['google-mail'] }, /cannot be connected here yet/],
      [{ connectors: [] }, /connectors/],
      [{ scopes: ['read_api'] }, /name it alone/],
      [{ connectors: ['github'], scopes: ['no:such'] }, /knows no scope .*no:such/],
      [{ return_url: 'https://app.example/back' }, /registered/],
      [{ return_url: 'javascript:alert(1)' }, /registered/],
      [{ expires_in: 86_401 }, /expires_in/],
      [{ locale: 'de_DE!' }, /locale/],
      [{ end_user: { id: 'a\nb' } }, /end_user/],
      [{ unknown: 1 }, /unknown/],
    ])('is refused with %j, and nothing is made', async (body, message) => {
      covers('connect-links/checked');
      const before = (await call('GET /api/v1/connect-links?limit=100')).text;
      const refused = await call('POST /api/v1/connect-links', { end_user: { id: 'refused' }, ...body });
      expect(refused.status).toBe(400);
      expect(refused.text).toMatch(message);
      expect((await call('GET /api/v1/connect-links?limit=100')).text).toBe(before);
      expect((await call('GET /api/v1/end-users/refused')).status).toBe(404);
    });

    it('is refused for a connection that is not theirs', async () => {
      covers('connect-links/checked');
      const started = await call('POST /api/v1/connections', { connectorSlug: 'gitlab', end_user: { id: 'other' } });
      const connection = Object(started.body['connection']).id;
      const wish = { end_user: { id: 'u_1' }, connection_id: connection };
      expect((await call('POST /api/v1/connect-links', wish)).status).toBe(404);
    });

    it('many at once are all there, each with its own address', async () => {
      covers('connect-links/made');
      const made = await Promise.all(
        Array.from({ length: 60 }, (_, index) => link({ end_user: { id: `many_${index % 7}` } })),
      );
      expect(new Set(made.map(({ url }) => url)).size).toBe(60);
      const listed = await call('GET /api/v1/connect-links?end_user=many_3&limit=100');
      expect(listed.body['data']).toHaveLength(made.filter((_, index) => index % 7 === 3).length);
    });

    it('with an Idempotency-Key is made once, and its address is not shown again', async () => {
      const headers = { 'idempotency-key': 'one-link' };
      const body = { end_user: { id: 'once' } };
      const first = await plugboard.call('POST /api/v1/connect-links', { key: app, body, headers });
      const again = await plugboard.call('POST /api/v1/connect-links', { key: app, body, headers });
      expect(first.status).toBe(201);
      expect(again.status).toBe(409);
      expect(again.text).toContain(String(first.body['id']));
      expect(again.text).not.toContain('/link/');
    });
  });

  it('connects: opened, filled in, checked, done', async () => {
    covers('connect-links/values', 'connect-links/session', 'connect-links/seen', 'connect-links/theirs');
    covers('connect-links/metadata');
    const made = await link({ end_user: { id: 'ada', name: 'Ada' }, metadata: { plan: 'pro' } });
    const browser = browse(plugboard);
    const first = await browser.open(pathIn(made.url));
    expect(first).toMatchObject({ status: 200, text: expect.stringContaining('Ada') });
    expect(browser.cookie()).toBe('');
    const opened = await browser.send(formOf(first).action, formOf(first).hidden);
    expect(opened).toMatchObject({ status: 303, to: '/link' });
    expect(String(opened.headers['set-cookie'])).toMatch(
      /^plugboard-7400\.link=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(await state(made.id)).toMatchObject({ status: 'opened', connection_id: null });
    const form = await browser.open('/link');
    expect(form.text).toMatch(/type="password"[^>]*name="field\.token"|name="field\.token"[^>]*type="password"/);
    const done = await fillIn(browser, form, values());
    expect(done).toMatchObject({ status: 200, text: expect.stringContaining('is connected') });
    const finished = await state(made.id);
    expect(finished).toMatchObject({ status: 'finished', connection_id: expect.any(String) });
    expect(await record(finished['connection_id'])).toMatchObject({
      status: 'connected',
      connectorSlug: 'gitlab',
      label: 'GitLab',
      scope: 'personal',
      endUser: { id: 'ada' },
      metadata: { plan: 'pro' },
    });
  });

  it('what the provider refuses connects nothing, says so, and shows no secret', async () => {
    covers('connect-links/values');
    const made = await link({ end_user: { id: 'refused-key' } });
    const browser = browse(plugboard);
    const form = await openTheLink(browser, made.url);
    const missing = await fillIn(browser, form, { 'field.base_url': gitlab.url });
    expect(missing).toMatchObject({ status: 400, text: expect.stringContaining('Fill this in.') });
    const refused = await fillIn(browser, form, values('glpat-wrong-token-of-nobody'));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('did not accept this');
    expect(plain(refused.text)).toContain(`value="${gitlab.url}"`);
    expect(refused.text).not.toContain('glpat-wrong');
    expect(await state(made.id)).toMatchObject({ status: 'opened', connection_id: null });
    const done = await fillIn(browser, refused, values());
    expect(done.text).toContain('is connected');
    const listed = await call('GET /api/v1/connections?end_user=refused-key');
    expect(listed.body['items']).toHaveLength(1);
  });

  it('is over once it is finished, and its pages say what came of it', async () => {
    const made = await link({ end_user: { id: 'finished' } });
    const browser = browse(plugboard);
    const form = await openTheLink(browser, made.url);
    await fillIn(browser, form, values());
    const again = await fillIn(browser, form, values());
    expect(again.text).toContain('is connected');
    expect((await call('GET /api/v1/connections?end_user=finished')).body['items']).toHaveLength(1);
    expect((await call(`DELETE /api/v1/connect-links/${made.id}`)).status).toBe(409);
  });

  it('two forms sent at once make one connection', async () => {
    const made = await link({ end_user: { id: 'twice' } });
    const browser = browse(plugboard);
    const { action, hidden } = formOf(await openTheLink(browser, made.url));
    const both = await Promise.all([1, 2].map(() => browser.send(action, { ...hidden, ...values() })));
    expect(both.map(({ status }) => status).toSorted()[0]).toBe(303);
    const listed = await call('GET /api/v1/connections?end_user=twice');
    expect(listed.body['items']).toMatchObject([{ status: 'connected' }]);
  });

  it('offers what is connected already to be signed in to anew, or another account beside it', async () => {
    covers('connect-links/choose');
    const browser = browse(plugboard);
    for (let count = 0; count < 2; count += 1) {
      const made = await link({ end_user: { id: 'again' } });
      const page = await openTheLink(browser, made.url);
      const form = count === 0 ? page : await browser.open('/link?connector=gitlab&another=1');
      if (count > 0) expect(page.text).toContain('is connected already');
      await fillIn(browser, form, values());
    }
    const listed = await call('GET /api/v1/connections?end_user=again');
    expect(
      Object(listed.body['items'])
        .map(({ label }: { label: string }) => label)
        .toSorted(),
    ).toEqual(['GitLab', 'GitLab 2']);
    const third = await link({ end_user: { id: 'again' } });
    const page = await openTheLink(browser, third.url);
    const renew = plain(/href="(\/link\?connection=[^"]+)"/.exec(page.text)?.[1] ?? '');
    const done = await fillIn(browser, await browser.open(renew), values());
    expect(done.text).toContain('is connected');
    expect((await call('GET /api/v1/connections?end_user=again')).body['items']).toHaveLength(2);
  });

  it('offers the connectors of the link and no others, by name', async () => {
    covers('connect-links/choose');
    const made = await makeLink(plugboard, app, { connectors: ['gitlab', 'stripe', 'github'], end_user: { id: 'c' } });
    const browser = browse(plugboard);
    const page = await openTheLink(browser, made.url);
    const offered = (text: string) => [...text.matchAll(/\/link\?connector=([a-z0-9-]+)/g)].map(([, id]) => id);
    expect(offered(page.text)).toEqual(['gitlab', 'stripe', 'github']);
    expect(offered((await browser.open('/link?q=git')).text)).toEqual(['gitlab', 'github']);
    expect((await browser.open('/link?q=%3Cb%3Enothing')).text).toContain('Nothing here is called');
    expect(offered((await browser.open('/link?connector=slack')).text)).toEqual(['gitlab', 'stripe', 'github']);
    const everything = await makeLink(plugboard, app, { end_user: { id: 'c' } });
    const all = offered((await openTheLink(browser, everything.url)).text);
    expect(all).toContain('github');
    expect(all).not.toContain('sqlite');
    expect(all).not.toContain('filesystem');
  });

  it('is over when it was not opened in time, and with its hour', async () => {
    covers('connect-links/session', 'connect-links/seen');
    const late = await link({ end_user: { id: 'late' } });
    const slow = await link({ end_user: { id: 'slow' } });
    const browser = browse(plugboard);
    await openTheLink(browser, slow.url);
    clock.move(901_000);
    const shown = await browse(plugboard).open(pathIn(late.url));
    expect(shown).toMatchObject({ status: 410, text: expect.stringContaining('not opened in time') });
    expect(await state(late.id)).toMatchObject({ status: 'expired' });
    expect((await browser.open('/link')).status).toBe(200);
    clock.move(2_700_000);
    expect(await browser.open('/link')).toMatchObject({
      status: 403,
      text: expect.stringContaining('start again there'),
    });
    expect(await state(slow.id)).toMatchObject({ status: 'expired' });
    const ids = Object((await call('GET /api/v1/connect-links?status=expired')).body['data']).map(
      ({ id }: { id: string }) => id,
    );
    expect(ids).toEqual(expect.arrayContaining([late.id, slow.id]));
  });

  it('is ended at once by the app, and what it opened with it', async () => {
    covers('connect-links/seen');
    const made = await link({ end_user: { id: 'ended' } });
    const browser = browse(plugboard);
    const form = await openTheLink(browser, made.url);
    expect((await call(`DELETE /api/v1/connect-links/${made.id}`)).status).toBe(204);
    expect((await browser.open('/link')).status).toBe(403);
    expect((await fillIn(browser, form, values())).status).toBe(403);
    expect((await call(`DELETE /api/v1/connect-links/${made.id}`)).status).toBe(409);
    expect(await state(made.id)).toMatchObject({ status: 'revoked' });
    expect((await call('GET /api/v1/connections?end_user=ended')).body['items']).toEqual([]);
  });
});
