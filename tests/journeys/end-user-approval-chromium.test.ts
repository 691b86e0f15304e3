import { beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage } from '../support/chromium.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { type AppUser, type EndUserAsking, startEndUserAsking } from '../support/end-user-asking.ts';
import { startLinkApp } from '../support/link-app.ts';
import { pageProblems } from '../support/page-rules/page-problems.ts';

const looks = [
  { colorScheme: 'light', viewport: { width: 1000, height: 800 } },
  { colorScheme: 'dark', viewport: { width: 320, height: 640 } },
] as const;

describe.skipIf(!hasChromium)('an end user decides in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  let asking: EndUserAsking;
  let ada: AppUser;

  beforeAll(async () => {
    asking = await startEndUserAsking(await databases.migrated());
    ada = await asking.addUser('u_1');
    return () => asking.gitlab.stop();
  });

  const linkFor = async (args: object = asking.newIssue()): Promise<string> => asking.link(await asking.ask(ada, args));

  it('opens the link, reads the call and approves it', async () => {
    covers('end-user-approvals/link', 'end-user-approvals/page');
    const issue = asking.newIssue();
    const page = await openPage();
    await page.goto(await linkFor(issue));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/approve/*');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Allow “Create issue”?');
    expect(await page.getByText(issue.title).textContent()).toBe(issue.title);
    await page.getByLabel('Note, if you wish').fill('Go on.');
    await page.getByLabel('Note, if you wish').press('Enter');
    expect(asking.sent(issue.title)).toBe(0);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Carried out' }).waitFor();
    expect(asking.sent(issue.title)).toBe(1);
    await page.reload();
    expect(await page.getByRole('status').textContent()).toContain('Note: Go on.');
    expect(asking.sent(issue.title)).toBe(1);
  });

  it.each([
    ['Approve', 'done'],
    ['Decline', 'declined'],
  ])('the window of an app is told by connect.js what became of it, and closes: %s', async (button, status) => {
    covers('end-user-approvals/tells');
    const app = await startLinkApp(asking.plugboard.publicUrl);
    const { origin } = new URL(app.url);
    await asking.post('/api/v1/workspaces/default/origins', asking.owner.token, { origin });
    const id = await asking.ask(ada);
    const page = await openPage();
    await page.goto(app.url);
    await page.evaluate((value) => Object.assign(globalThis, { wish: value }), { link: await asking.link(id) });
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Connect' }).click();
    const popup = await opened;
    await popup.getByRole('button', { name: 'Continue' }).click();
    await popup.waitForURL('**/approve/*');
    await popup.getByRole('button', { name: button }).click();
    await page.waitForFunction("document.querySelector('#result').textContent !== ''");
    expect(JSON.parse((await page.textContent('#result')) ?? '')).toEqual({ approvalId: id, status });
    expect(await page.evaluate(() => Reflect.get(globalThis, 'events'))).toEqual([
      { type: 'opened' },
      { type: status, approvalId: id },
    ]);
    expect(popup.isClosed()).toBe(true);
    await app.stop();
  });

  it('a page of an origin that is not registered is not told, and opens nothing', async () => {
    covers('end-user-approvals/tells');
    const id = await asking.ask(ada);
    const link = new URL(await asking.link(id));
    link.searchParams.set('origin', 'http://evil.example');
    const page = await openPage();
    await page.goto(link.href);
    expect(await page.getByRole('button', { name: 'Continue' }).count()).toBe(0);
    expect((await asking.see(id)).body).toMatchObject({ status: 'pending' });
  });

  it('declines it with the keyboard alone, without a script, in the language of the browser', async () => {
    covers('end-user-approvals/page-for-everybody');
    const issue = asking.newIssue();
    const page = await openPage({ javaScriptEnabled: false, locale: 'de-DE' });
    await page.goto(await linkFor(issue));
    await page.getByRole('button', { name: 'Weiter' }).press('Enter');
    await page.waitForURL('**/approve/*');
    await page.getByRole('button', { name: 'Ablehnen' }).press('Enter');
    await page.getByRole('heading', { name: 'Abgelehnt' }).waitFor();
    expect(asking.sent(issue.title)).toBe(0);
    expect(await page.getAttribute('html', 'lang')).toBe('de');
  });

  it.each(looks)('the page can be read and used by everybody: $colorScheme, $viewport.width wide', async (look) => {
    covers('end-user-approvals/page-for-everybody');
    const page = await openPage(look);
    await page.goto(
      await linkFor({
        project: 'acme/api',
        title: `gno\u202Elmth ${look.colorScheme} ${'w'.repeat(200)}`,
        description: 'a\n\nb',
      }),
    );
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/approve/*');
    const approval = page.url();
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByRole('heading', { name: 'Declined' }).waitFor();
    expect(await pageProblems(page)).toEqual([]);
    const stranger = await openPage(look);
    await stranger.goto(approval);
    expect(await stranger.title()).toContain('Open this from your app');
    expect(await pageProblems(stranger)).toEqual([]);
  });

  it('no other page frames it, and it loads nothing from elsewhere', async () => {
    covers('end-user-approvals/page-alone');
    const page = await openPage();
    await page.goto(await linkFor());
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL('**/approve/*');
    const ours = page.url();
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(loaded.every((name) => new URL(name).origin === new URL(ours).origin)).toBe(true);
    await page.route('http://evil.example/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${ours}"></iframe>` }),
    );
    await page.goto('http://evil.example/');
    expect(page.frames().map((frame) => frame.url())).toContain('chrome-error://chromewebdata/');
  });
});
