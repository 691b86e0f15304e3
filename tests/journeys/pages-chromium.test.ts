import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { type OidcServer, startOidc } from '../support/oidc.ts';
import { pageProblems } from '../support/page-rules/page-problems.ts';

const email = 'ada@example.com';
const password = 'correct horse battery staple';
const looks = [
  { colorScheme: 'light', viewport: { width: 1000, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const;

describe.skipIf(!hasChromium)('in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  let provider: OidcServer;
  let plugboard: ListeningPlugboard;
  let ours: string;
  beforeAll(async () => {
    const port = await freePort();
    ours = `http://127.0.0.1:${port}`;
    provider = await startOidc({ redirectUris: [`${ours}/sign-in/oidc/callback`] });
    const { clientId, clientSecret } = provider.client;
    const oidc = { issuer: provider.issuer, clientId, clientSecret: new Secret(clientSecret), audience: undefined };
    plugboard = await startListening(await databases.migrated(), { port, publicUrl: ours, oidc });
    return () => provider.stop();
  });

  const fill = async (page: Page, button: string, typed = password): Promise<void> => {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(typed);
    await page.getByRole('button', { name: button }).click();
  };

  it('the owner sets up the installation, goes where they wanted to, signs out and in again', async () => {
    covers('pages/first-run', 'pages/sign-in', 'pages/sign-out');
    const page = await openPage();
    await page.goto(`${ours}/sign-in?to=%2Fsign-out`);
    expect(await page.title()).toBe('Set up this installation · Plugboard');
    await page.getByLabel('Admin key').fill(plugboard.adminKey);
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await fill(page, 'Set up and sign in');
    expect(await page.getByRole('main').textContent()).toContain(`You are signed in as ${email}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await fill(page, 'Sign in', 'not my password');
    expect(await page.getByRole('alert').textContent()).toContain('Invalid email or password');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${ours}/`);
    await page.goto(`${ours}/docs`);
    expect(await page.title()).toBe('Plugboard API');
  });

  it('somebody signs in at the identity provider, with the password once and then without it', async () => {
    covers('pages/provider', 'pages/provider-tie');
    const first = await openPage();
    await first.goto(`${ours}/sign-in?to=%2Fsign-out`);
    await first.getByRole('link', { name: 'Continue with' }).click();
    await signInThere(first);
    await first.waitForURL('**/sign-in/oidc/tie');
    expect(await first.getByRole('main').textContent()).toContain('says that you are ann');
    await fill(first, 'Sign in and remember');
    await first.waitForURL('**/sign-out');

    const second = await openPage();
    await second.goto(`${ours}/sign-in?to=%2Fsign-out`);
    await second.getByRole('link', { name: 'Continue with' }).click();
    await signInThere(second);
    await second.waitForURL('**/sign-out');
    expect(await second.getByRole('main').textContent()).toContain(`You are signed in as ${email}`);
  });

  it('everything is done without a script as well', async () => {
    covers('pages/for-everybody');
    const page = await openPage({ javaScriptEnabled: false });
    await page.goto(`${ours}/sign-out?to=%2Fdocs`);
    await fill(page, 'Sign in');
    await page.waitForURL('**/docs');
    await page.goto(`${ours}/sign-out`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
  });

  it.each(looks)('the pages can be read and used by everybody: $colorScheme, $viewport.width wide', async (look) => {
    covers('pages/for-everybody');
    const page = await openPage(look);
    await page.goto(`${ours}/sign-in`);
    expect(await pageProblems(page)).toEqual([]);
    await fill(page, 'Sign in', 'not my password');
    expect(await pageProblems(page)).toEqual([]);
    await fill(page, 'Sign in');
    await page.goto(`${ours}/sign-out`);
    expect(await pageProblems(page)).toEqual([]);
    const fresh = await startListening(await databases.migrated());
    await page.goto(`${fresh.publicUrl}/first-run`);
    expect(await pageProblems(page)).toEqual([]);
  });

  it('a page elsewhere neither frames ours nor sends its forms', async () => {
    covers('pages/own-forms');
    const page = await openPage();
    await page.route('http://evil.example/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<iframe src="${ours}/sign-in"></iframe><form method="post" action="${ours}/sign-in"><input name="email" value="${email}"><input name="password" value="${password}"><button>Win</button></form>`,
      }),
    );
    await page.goto('http://evil.example/');
    const frames = page.frames().map((frame) => frame.url());
    expect(frames).toContain('chrome-error://chromewebdata/');
    await page.getByRole('button', { name: 'Win' }).click();
    await page.waitForURL(`${ours}/sign-in`);
    expect(await page.getByRole('main').textContent()).toContain('This form was sent from another page than ours.');
    expect(await page.context().cookies(ours)).toEqual([]);
  });

  async function signInThere(page: Page): Promise<void> {
    await page.waitForURL(`${provider.issuer}/**`);
    await page.getByLabel('User').fill('ann');
    await page.getByRole('button', { name: 'Allow' }).click();
  }
});
