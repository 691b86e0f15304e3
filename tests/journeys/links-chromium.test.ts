import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { type GithubOauth, startGithubOauth } from '../emulators/oauth/github.ts';
import { acmeManifest } from '../support/acme.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type LinkApp, startLinkApp } from '../support/link-app.ts';
import { makeLink } from '../support/link-pages.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { oauthConnector } from '../support/oauth-connector.ts';
import { type OidcServer, startOidc } from '../support/oidc.ts';
import { pageProblems } from '../support/page-rules/page-problems.ts';

const looks = [
  { colorScheme: 'light', viewport: { width: 1000, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const;

describe.skipIf(!hasChromium)('links in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  const folder = catalogFolder({ acme: '', 'github-emulated': '' });
  let plugboard: ListeningPlugboard;
  let acme: OidcServer;
  let github: GithubOauth;
  let gitlab: GitlabEmulator;
  let app: LinkApp;
  let ours: string;
  let key: string;

  beforeAll(async () => {
    const port = await freePort();
    ours = `http://127.0.0.1:${port}`;
    const back = `${ours}/api/v1/connections/oauth/callback`;
    [acme, github, gitlab, app] = await Promise.all([
      startOidc({ redirectUris: [back] }),
      startGithubOauth({ redirectUri: back }),
      startGitlab(),
      startLinkApp(ours),
    ]);
    writeFileSync(join(folder, 'acme/connector.yaml'), acmeManifest(acme));
    writeFileSync(join(folder, 'github-emulated/connector.yaml'), oauthConnector('github', github.url));
    const apps = [
      ['acme', acme.client],
      ['github-emulated', github.app],
    ] as const;
    const oauthApps = new Map(
      apps.map(([id, { clientId, clientSecret }]) => [id, { clientId, clientSecret: new Secret(clientSecret) }]),
    );
    const egressAllow: string[] = ['127.0.0.1'];
    plugboard = await startListening(await databases.migrated(), {
      port,
      publicUrl: ours,
      catalogDirs: [folder],
      oauthApps,
      egressAllow,
    });
    key = await plugboard.mint({ kind: 'app' });
    await plugboard.call('POST /api/v1/workspaces/default/origins', { body: { origin: new URL(app.url).origin } });
    return async () => {
      await Promise.all([acme.stop(), github.stop(), gitlab.stop(), app.stop()]);
    };
  });

  const link = (body: object) => makeLink(plugboard, key, body);
  const state = async ({ id }: { id: string }) =>
    (await plugboard.call(`GET /api/v1/connect-links/${id}`, { key })).body;
  const connectionsOf = async (user: string) =>
    (await plugboard.call(`GET /api/v1/connections?end_user=${user}`, { key })).body['items'];
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

  /** Opens a link from the app, in a window of the app's own click. */
  async function openFromApp(page: Page, wish: object): Promise<Page> {
    await page.goto(app.url);
    await page.evaluate((value) => Object.assign(globalThis, { wish: value }), wish);
    const popup = page.context().waitForEvent('page');
    await press(page, 'Connect');
    return popup;
  }
  const resultOf = async (page: Page): Promise<unknown> => {
    await page.waitForFunction("document.querySelector('#result').textContent !== ''");
    return JSON.parse((await page.textContent('#result')) ?? '');
  };
  const fillGitlab = async (page: Page) => {
    await page.getByLabel('GitLab address').fill(gitlab.url);
    await page.getByLabel(/token/i).fill(gitlabTokens.valid);
    await press(page, 'Check and connect');
  };
  const signInAtAcme = async (page: Page, user: string) => {
    await page.getByLabel('User').fill(user);
    await press(page, 'Allow');
  };

  it('a key is filled in and counts without a script', async () => {
    covers('connect-links/values', 'connect-links/for-everybody');
    const made = await link({ connectors: ['gitlab'], end_user: { id: 'no-script' }, return_url: app.back });
    const page = await openPage({ javaScriptEnabled: false });
    await page.goto(made.url);
    await press(page, 'Continue');
    expect(page.url()).toBe(`${ours}/link`);
    await fillGitlab(page);
    await page.getByRole('heading', { name: 'GitLab is connected' }).waitFor();
    const { connection_id: id } = await state(made);
    await page.getByRole('link', { name: 'Back to localhost' }).click();
    await page.waitForURL(`${app.back}?status=connected&connection_id=${String(id)}`);
  });

  it('the window of an app is told what came of it, and closes', async () => {
    covers('connect-links/connect-js', 'connect-links/tells');
    const made = await link({ connectors: ['gitlab'], end_user: { id: 'popup' } });
    const page = await openPage();
    const popup = await openFromApp(page, { link: made.url });
    await press(popup, 'Continue');
    await fillGitlab(popup);
    const { connection_id: id, status } = await (async () => {
      const told = await resultOf(page);
      expect(told).toEqual({ connectionId: (await state(made))['connection_id'], status: 'connected' });
      return state(made);
    })();
    expect(status).toBe('finished');
    expect(await page.evaluate(() => Reflect.get(globalThis, 'events'))).toEqual([
      { type: 'opened' },
      { type: 'connected', connectionId: id },
    ]);
    expect(popup.isClosed()).toBe(true);
  });

  it('an end user signs in at the provider in that window, and reconnects with another account that is asked about', async () => {
    covers('connect-links/sign-in', 'connect-links/reconnect', 'connect-links/connect-js');
    const made = await link({ connectors: ['acme'], end_user: { id: 'oauth' } });
    const page = await openPage();
    const popup = await openFromApp(page, { link: made.url, asPromise: true });
    await press(popup, 'Continue');
    await press(popup, 'Continue to Acme');
    await signInAtAcme(popup, 'ann');
    await press(popup, 'Yes, connect it');
    const { connectionId } = Object(await resultOf(page));
    expect(await connectionsOf('oauth')).toMatchObject([{ id: connectionId, account: 'ann', status: 'connected' }]);

    const again = await link({ connection_id: connectionId, end_user: { id: 'oauth' } });
    const other = await openPage();
    const second = await openFromApp(other, { link: again.url });
    await press(second, 'Continue');
    await press(second, 'Continue to Acme');
    await signInAtAcme(second, 'bob');
    expect(await second.getByRole('alert').textContent()).toContain('Until now this was');
    await press(second, 'Yes, connect it');
    expect(await resultOf(other)).toEqual({ connectionId, status: 'connected' });
    expect(await connectionsOf('oauth')).toMatchObject([{ id: connectionId, account: 'bob' }]);
  });

  it('GitHub, chosen among several, and a step-up of it', async () => {
    covers('connect-links/choose', 'connect-links/step-up');
    const made = await link({
      connectors: ['gitlab', 'github-emulated'],
      end_user: { id: 'gh' },
      return_url: app.back,
    });
    const page = await openPage();
    await page.goto(made.url);
    await press(page, 'Continue');
    await page.getByRole('link', { name: 'GitHub (emulated)' }).click();
    const byKey = await page.getByRole('link', { name: 'By signing in' }).count();
    if (byKey > 0) await page.getByRole('link', { name: 'By signing in' }).click();
    await press(page, /^Continue to GitHub/);
    const throughGithub = async () => {
      const next = page.getByRole('button', { name: /^(Sign in|Allow.*|Yes, connect it)$/ }).first();
      for (let said = ''; said !== 'Yes, connect it';) {
        await next.waitFor();
        said = (await next.textContent())?.trim() ?? '';
        if (said === 'Sign in') await page.getByLabel('User name').fill('ann');
        if (said === 'Sign in') await page.getByLabel('Password').fill('ann-opens-up');
        await next.click();
      }
    };
    await throughGithub();
    await page.getByRole('link', { name: 'Back to localhost' }).waitFor();
    const { connection_id: id } = await state(made);
    const more = await link({ connection_id: id, scopes: ['repo'], end_user: { id: 'gh' } });
    await page.goto(more.url);
    await press(page, 'Continue');
    expect(await page.getByRole('main').textContent()).toContain('Allow more for GitHub (emulated)');
    expect(await page.getByRole('listitem').first().textContent()).toContain('repo');
    await press(page, /^Continue to GitHub/);
    await throughGithub();
    await page.getByText('You can close this window').waitFor();
    expect(await state(more)).toMatchObject({ status: 'finished', connection_id: id });
    expect(await connectionsOf('gh')).toHaveLength(1);
  });

  it('a provider that cuts the window off: the app asks, or its page is come back to', async () => {
    covers('connect-links/connect-js', 'connect-links/way-back');
    const cutOff = async (page: Page) =>
      page.context().route(`${acme.issuer}/**`, async (route) => {
        const response = await route.fetch({ maxRedirects: 0 });
        const headers = { ...response.headers(), 'cross-origin-opener-policy': 'same-origin' };
        await route.fulfill({ response, headers });
      });
    const made = await link({ connectors: ['acme'], end_user: { id: 'cut-off' }, return_url: app.back });
    const page = await openPage();
    await cutOff(page);
    await page.goto(app.url);
    await page.exposeFunction('askBackend', () => state(made));
    await page.evaluate((url) => {
      const check = () => Reflect.get(globalThis, 'askBackend')();
      Object.assign(globalThis, { wish: { link: url, options: { check } } });
    }, made.url);
    const opened = page.context().waitForEvent('page');
    await press(page, 'Connect');
    const popup = await opened;
    await press(popup, 'Continue');
    await press(popup, 'Continue to Acme');
    await signInAtAcme(popup, 'ann');
    await press(popup, 'Yes, connect it');
    const { connection_id: connectionId } = await (async () => {
      expect(await resultOf(page)).toMatchObject({ status: 'connected' });
      return state(made);
    })();
    expect(await resultOf(page)).toEqual({ connectionId, status: 'connected' });
    await popup.waitForURL(`${app.back}?status=connected&connection_id=${String(connectionId)}`);
  });

  it('who closes the window, cancels, or blocks it is told apart', async () => {
    covers('connect-links/connect-js', 'connect-links/cancel');
    const made = await link({ connectors: ['gitlab'], end_user: { id: 'closes' } });
    const page = await openPage();
    await (await openFromApp(page, { link: made.url })).close();
    expect(await resultOf(page)).toMatchObject({ code: 'closed' });
    const second = await openPage();
    const popup = await openFromApp(second, { link: made.url });
    await press(popup, 'Continue');
    await popup.getByRole('link', { name: 'Cancel' }).click();
    expect(await resultOf(second)).toEqual({ connectionId: null, status: 'cancelled' });
    const blocked = await openPage();
    await blocked.goto(app.url);
    await blocked.evaluate("window.open = () => null; window.wish = { link: 'https://ours.example/link/x' };");
    await press(blocked, 'Connect');
    expect(await resultOf(blocked)).toMatchObject({ code: 'blocked' });
  });

  it('no other window is believed, and no page that is not registered is told', async () => {
    covers('connect-links/connect-js', 'connect-links/tells');
    const made = await link({ connectors: ['gitlab'], end_user: { id: 'forged' } });
    const page = await openPage();
    const popup = await openFromApp(page, { link: made.url });
    await popup.waitForURL(/\/link\//);
    const forged = { type: 'plugboard:connected', connection_id: 'forged', status: 'connected' };
    await page.evaluate(`window.postMessage(${JSON.stringify(forged)}, '*')`);
    await popup.goto('about:blank');
    await page.waitForTimeout(300);
    expect(await page.textContent('#result')).toBe('');
    const stranger = await openPage();
    await stranger.goto(`${made.url}?origin=https%3A%2F%2Fevil.example`);
    expect(await stranger.getByRole('main').textContent()).toContain('not registered');
    expect(await state(made)).toMatchObject({ status: 'created' });
  });

  it('a link that was used, or that another browser opened, says so', async () => {
    covers('connect-links/once');
    const made = await link({ connectors: ['gitlab'], end_user: { id: 'used' } });
    const [one, other] = [await openPage(), await openPage()];
    await one.goto(made.url);
    await other.goto(made.url);
    await press(one, 'Continue');
    await one.getByRole('heading', { name: 'Connect GitLab' }).waitFor();
    await press(other, 'Continue');
    expect(await other.getByRole('main').textContent()).toContain('was opened already');
    await other.goto(`${ours}/link`);
    expect(await other.getByRole('main').textContent()).toContain('Nothing is open in this browser');
  });

  it.each(looks)('its pages can be read and used by everybody: $colorScheme, $viewport.width wide', async (look) => {
    covers('connect-links/for-everybody', 'connect-links/brand');
    const brand = { body: { name: 'Robots of Acme', colour: '#ffd400' } };
    await plugboard.call('PUT /api/v1/workspaces/default/brand', brand);
    const page = await openPage(look);
    const made = await link({ end_user: { id: `looks-${look.colorScheme}`, name: 'Ada' } });
    await page.goto(made.url);
    expect(await pageProblems(page)).toEqual([]);
    await press(page, 'Continue');
    await page.waitForURL(`${ours}/link`);
    expect(await pageProblems(page)).toEqual([]);
    await page.goto(`${ours}/link?connector=gitlab`);
    expect(await pageProblems(page)).toEqual([]);
    await page.getByLabel('GitLab address').fill(gitlab.url);
    await page.getByLabel(/token/i).fill('glpat-wrong-token-of-nobody');
    await press(page, 'Check and connect');
    expect(await page.getByRole('alert').textContent()).toContain('did not accept this');
    expect(await pageProblems(page)).toEqual([]);
    await page.goto(`${ours}/link?connector=acme`);
    await press(page, 'Continue to Acme');
    await signInAtAcme(page, 'ann');
    await page.getByRole('button', { name: 'Yes, connect it' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await press(page, 'Yes, connect it');
    await page.getByRole('heading', { name: 'Acme is connected' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    await page.goto(made.url);
    expect(await pageProblems(page)).toEqual([]);
  });
});
