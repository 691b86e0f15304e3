import type { Page, Request } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { invite } from '../support/invite.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { pageProblems } from '../support/page-rules/page-problems.ts';
import { settingsFor, startServerProcess } from '../support/server-process.ts';

const password = 'correct horse battery';
const looks = [
  { colorScheme: 'light', viewport: { width: 1000, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const;

describe.skipIf(!hasChromium)('the link of an invitation in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  const start = async (): Promise<ListeningPlugboard> => startListening(await databases.migrated());
  const fill = async (page: Page): Promise<void> => {
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Choose a password').fill(password);
  };
  const join = async (page: Page): Promise<void> => {
    await fill(page);
    await page.getByRole('button', { name: 'Join and sign in' }).click();
  };
  const whatItShows = (page: Page, heading: string) => page.getByRole('heading', { name: heading }).waitFor();

  it('opens by itself, and whoever is new is in after one form', async () => {
    covers('pages/join');
    const plugboard = await start();
    const { link } = await invite(plugboard, 'ada@example.com');
    const page = await openPage();
    await page.goto(link);
    await whatItShows(page, 'Join Default');
    expect(page.url()).toBe(`${plugboard.publicUrl}/join`);
    expect(await page.getByLabel('You will sign in as').inputValue()).toBe('ada@example.com');
    await page.reload();
    await join(page);
    await page.waitForURL(`${plugboard.publicUrl}/`);
    await page.goto(`${plugboard.publicUrl}/sign-out`);
    expect(await page.getByRole('main').textContent()).toContain('You are signed in as ada@example.com');
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('This invitation was used or cancelled already');
  });

  it('opens another one from a page that shows one, in the same tab too', async () => {
    covers('pages/join');
    const plugboard = await start();
    const [first, second] = [await invite(plugboard, 'one@example.com'), await invite(plugboard, 'two@example.com')];
    const page = await openPage();
    for (const { link, email } of [
      { ...first, email: 'one@example.com' },
      { ...second, email: 'two@example.com' },
    ]) {
      await page.goto(link);
      await page.locator(`input[value="${email}"]`).waitFor();
    }
  });

  it('is pasted where there is no script', async () => {
    covers('pages/join', 'pages/for-everybody');
    const plugboard = await start();
    const { link } = await invite(plugboard, 'ada@example.com');
    const page = await openPage({ javaScriptEnabled: false });
    await page.goto(`${plugboard.publicUrl}/join`);
    await page.getByLabel('Invitation').fill(link);
    await page.getByRole('button', { name: 'Continue' }).click();
    await whatItShows(page, 'Join Default');
    await join(page);
    await page.waitForURL(`${plugboard.publicUrl}/`);
  });

  it('leads whoever signs in here already through signing in, and back', async () => {
    covers('pages/join-session');
    const plugboard = await start();
    const elsewhere = await anotherWorkspace(plugboard);
    const page = await openPage();
    await page.goto((await invite(plugboard, 'ada@example.com')).link);
    await join(page);
    await page.waitForURL(`${plugboard.publicUrl}/`);
    await page.context().clearCookies();
    await page.goto((await invite(elsewhere, 'ada@example.com')).link);
    await page.getByRole('link', { name: 'Sign in to join' }).click();
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await whatItShows(page, 'Join Elsewhere');
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await page.waitForURL(`${plugboard.publicUrl}/`);
  });

  it('tells its token to nobody: no address, no referrer, no log', async () => {
    covers('pages/join-token');
    const plugboard = await startServerProcess(settingsFor(await databases.migrated()));
    onTestFinished(() => plugboard.stop());
    const { link, token } = await invite(plugboard, 'ada@example.com');
    const page = await openPage();
    const sent: Request[] = [];
    page.on('request', (request) => sent.push(request));
    await page.goto(link);
    await whatItShows(page, 'Join Default');
    await join(page);
    await page.waitForURL(`${plugboard.publicUrl}/`);
    await page.goto(`${plugboard.publicUrl}/sign-in?over`);
    const told = await Promise.all(sent.map(async (request) => [withoutHash(request), await request.allHeaders()]));
    expect(sent.map((request) => new URL(request.url()).pathname)).toEqual(
      expect.arrayContaining(['/join', '/join/open', '/']),
    );
    expect(JSON.stringify(told)).not.toContain(token);
    expect(sent.filter((request) => request.postData()?.includes(token))).toHaveLength(2);
    expect(plugboard.output()).toContain('/join/open');
    expect(plugboard.output()).not.toContain(token);
    expect(plugboard.output()).not.toMatch(/correct.{1,3}horse/);
  });

  it('runs nothing of a name or a token that is markup', async () => {
    covers('pages/own-forms');
    const plugboard = await start();
    const page = await openPage();
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
    await page.goto(`${plugboard.publicUrl}/join#${evil}`);
    await page.getByRole('alert').waitFor();
    await page.goto((await invite(plugboard, 'ada@example.com')).link);
    await whatItShows(page, 'Join Default');
    await page.locator('form:has(#name)').evaluate((form) => form.setAttribute('novalidate', ''));
    await page.getByLabel('Your name').fill(evil);
    await page.getByRole('button', { name: 'Join and sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Your name').inputValue()).toBe(evil);
    expect(dialogs).toEqual([]);
  });

  it.each(looks)('can be read and used by everybody: $colorScheme, $viewport.width wide', async (look) => {
    covers('pages/for-everybody');
    const plugboard = await start();
    const elsewhere = await anotherWorkspace(plugboard);
    const page = await openPage(look);
    const fits = async (): Promise<void> => expect(await pageProblems(page)).toEqual([]);
    await page.goto(`${plugboard.publicUrl}/join`);
    await fits();
    await page.goto(`${plugboard.publicUrl}/join#wrong`);
    await page.getByRole('alert').waitFor();
    await fits();
    await page.goto((await invite(plugboard, 'ada@example.com')).link);
    await whatItShows(page, 'Join Default');
    await fits();
    await page.locator('form:has(#name)').evaluate((form) => form.setAttribute('novalidate', ''));
    await page.getByRole('button', { name: 'Join and sign in' }).click();
    expect(await page.getByRole('alert').allTextContents()).toHaveLength(2);
    await fits();
    await join(page);
    await page.waitForURL(`${plugboard.publicUrl}/`);
    for (const email of ['ada@example.com', 'eve@example.com']) {
      const { link } = await invite(elsewhere, email);
      await page.goto('about:blank');
      await page.goto(link);
      await whatItShows(page, 'Join Elsewhere');
      await fits();
    }
    await page.context().clearCookies();
    await page.goto((await invite(elsewhere, 'ada@example.com')).link);
    await page.getByRole('link', { name: 'Sign in to join' }).waitFor();
    await fits();
  });
});

/** The address as it is sent: what is behind the hash stays in the browser. */
function withoutHash(request: Request): string {
  return request.url().replace(/#.*$/, '');
}
