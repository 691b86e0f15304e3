import { beforeAll, expect, it } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { makeLink, openTheLink, pathIn, plain } from '../support/link-pages.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const origins = '/api/v1/workspaces/default/origins';
const registered = 'https://app.example:8443';

describeOnDatabases('S19: the way back from a link', ({ migrated }) => {
  let plugboard: Plugboard;
  let app: string;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    app = await plugboard.mint({ kind: 'app' });
    for (const origin of [registered, 'http://localhost:3000'])
      expect((await plugboard.call(`POST ${origins}`, { body: { origin } })).status).toBe(201);
  });

  const wish = (body: object) =>
    plugboard.call('POST /api/v1/connect-links', { key: app, body: { end_user: { id: 'u_1' }, ...body } });
  const made = (body: object = {}) => makeLink(plugboard, app, { connectors: ['gitlab'], ...body });

  it.each([
    'http://app.example',
    'https://app.example/',
    'https://app.example/path',
    'https://user@app.example',
    'https://APP.example',
    'https://app.example:443',
    'https://app.example.',
    'https://*.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://[::ffff:127.0.0.1]',
    'null',
    '*',
    'file://',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://',
  ])('%s is no origin that can be registered', async (origin) => {
    covers('connect-links/origins');
    expect((await plugboard.call(`POST ${origins}`, { body: { origin } })).status).toBe(400);
  });

  it('is registered by an ADMIN, once, and forgotten again; another workspace has its own', async () => {
    covers('connect-links/origins');
    const body = { origin: 'https://twice.example' };
    const manager = await plugboard.mint({ kind: 'person', role: 'MANAGER', scopes: ['workspaces:write'] });
    expect((await plugboard.call(`POST ${origins}`, { body, key: manager })).status).toBe(403);
    const first = await plugboard.call(`POST ${origins}`, { body });
    const again = await plugboard.call(`POST ${origins}`, { body });
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body]);
    const elsewhere = await anotherWorkspace(plugboard);
    const { workspace_id: id } = Object((await elsewhere.call('GET /api/v1/me')).body['caller']);
    expect((await elsewhere.call(`GET /api/v1/workspaces/${id}/origins`)).body).toEqual({ data: [] });
    const own = await elsewhere.call(`POST /api/v1/workspaces/${id}/origins`, {
      body: { origin: 'https://third.example' },
    });
    expect(own.status).toBe(201);
    expect((await wish({ return_url: 'https://third.example/' })).status).toBe(400);
    const path = `${origins}?origin=${encodeURIComponent(body.origin)}`;
    expect((await plugboard.call(`DELETE ${path}`)).status).toBe(204);
    expect((await plugboard.call(`DELETE ${path}`)).status).toBe(404);
    expect((await wish({ return_url: 'https://twice.example/' })).status).toBe(400);
  });

  it.each([
    'https://app.example/back',
    'https://app.example:8444/back',
    'http://app.example:8443/back',
    'https://app.example:8443.evil.example/back',
    'https://app.example:8443@evil.example/back',
    'https://evil.example/https://app.example:8443',
    'https://evil.example\\@app.example:8443/',
    'https://user:pass@app.example:8443/',
    'https://app.example:8443\t/',
    ' https://app.example:8443/',
    '//app.example:8443/',
    '/back',
    'app.example:8443',
    'javascript:location="https://app.example:8443"',
    'data:text/html,https://app.example:8443',
    'blob:https://app.example:8443/x',
    'http://localhost:3001/',
    'null',
    '*',
    '',
  ])('return_url %j leads nowhere', async (return_url) => {
    covers('connect-links/origins', 'connect-links/checked');
    expect((await wish({ return_url })).status).toBe(400);
  });

  it('the result is all that the way back says, whatever it said before', async () => {
    covers('connect-links/way-back');
    const { url } = await made({ return_url: `${registered}/back?status=connected&connection_id=forged&x=1#end` });
    const browser = browse(plugboard);
    await openTheLink(browser, url);
    const cancelled = await browser.open('/link?cancelled=1&return_url=https://evil.example&status=x');
    expect(plain(cancelled.text)).toContain(`href="${registered}/back?status=cancelled&x=1#end"`);
    expect(cancelled.text).not.toContain('evil.example');
  });

  it('tells nobody unless a registered origin was named when it was opened', async () => {
    covers('connect-links/tells');
    const { url } = await made();
    const tells = (text: string) => /data-tells="([^"]*)"/.exec(text)?.[1];
    const browser = browse(plugboard);
    await openTheLink(browser, url);
    expect(tells((await browser.open('/link?cancelled=1')).text)).toBe('');
    expect(tells((await browser.open(`/link?cancelled=1&origin=${registered}`)).text)).toBe('');
    const named = await made();
    const page = await openTheLink(browser, `${named.url}?origin=${encodeURIComponent(registered)}`);
    expect(page.status).toBe(200);
    expect(tells((await browser.open('/link?cancelled=1')).text)).toBe(registered);
  });

  it.each([
    'https://evil.example',
    'https://app.example',
    'http://app.example:8443',
    'null',
    '*',
    '',
    `${registered}/`,
    'https://APP.example:8443',
  ])('a page of %j opens nothing, and the link stays', async (origin) => {
    covers('connect-links/tells', 'connect-links/origins');
    const { url, id } = await made();
    const shown = await browse(plugboard).open(`${pathIn(url)}?origin=${encodeURIComponent(origin)}`);
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('not registered') });
    const sent = await browse(plugboard).send(pathIn(url), { origin });
    expect([sent.status, sent.headers['set-cookie']]).toEqual([400, undefined]);
    expect((await plugboard.call(`GET /api/v1/connect-links/${id}`, { key: app })).body['status']).toBe('created');
  });

  it('no answer of ours says more to other origins than the module to those registered', async () => {
    covers('connect-links/origins');
    const { url } = await made();
    const { host } = new URL(url);
    const ask = (path: string, origin: string) => plugboard.server.inject({ url: path, headers: { host, origin } });
    for (const path of [pathIn(url), '/link', '/connect.js', '/pages/style.css', '/brand/gitlab.svg'])
      for (const origin of [registered, 'https://evil.example', 'null'])
        expect((await ask(path, origin)).headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask('/connect.mjs', registered)).headers).toMatchObject({
      'access-control-allow-origin': registered,
      vary: 'origin',
    });
    for (const origin of ['https://evil.example', 'null', '*', 'https://app.example'])
      expect((await ask('/connect.mjs', origin)).headers['access-control-allow-origin']).toBeUndefined();
  });
});
