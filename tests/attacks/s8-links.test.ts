import { beforeAll, expect, it } from 'vitest';
import { type Acme, pathOf, useAcme } from '../support/acme.ts';
import type { Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { fillIn, formOf, makeLink, onwardOf, openTheLink } from '../support/link-pages.ts';

describeOnDatabases('S8: somebody else in the middle of a link', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let app: string;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    app = await acme.plugboard.mint({ kind: 'app' });
    return () => acme.oidc.stop();
  });

  const link = (user: string) =>
    makeLink(acme.plugboard, app, { connectors: ['acme'], end_user: { id: user, email: `${user}@example.com` } });
  const connectionsOf = async (user: string) =>
    (await acme.plugboard.call(`GET /api/v1/connections?end_user=${user}`, { key: app })).body['items'];

  /** Opens a link in a browser and goes as far as the provider; its address. */
  async function leaveFor(browser: Browsing, url: string): Promise<string> {
    const { action, hidden } = formOf(await openTheLink(browser, url));
    return onwardOf(await browser.send(action, hidden));
  }

  it('who is sent the provider’s address of another’s link hands over nothing', async () => {
    covers('connect-links/theirs');
    const trap = await leaveFor(acme.browser(), (await link('mallory')).url);
    const victim = acme.browser();
    await openTheLink(victim, (await link('victim')).url);
    const back = pathOf(await acme.oidc.signIn(trap, 'bob'));
    const shown = await victim.open(back);
    expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('Somebody else began this sign-in') });
    expect(await connectionsOf('mallory')).toMatchObject([{ status: 'pending', account: null }]);
    expect(acme.oidc.ledger.filter(({ ok }) => ok)).toEqual([]);
  });

  it('nor does a browser that has opened no link, nor one in which a member is signed in', async () => {
    covers('connect-links/theirs');
    const member = await acme.person('OWNER');
    for (const browser of [acme.browser(), member.browser]) {
      const trap = await leaveFor(acme.browser(), (await link('mallory-2')).url);
      const shown = await browser.open(pathOf(await acme.oidc.signIn(trap, 'bob')));
      expect(shown).toMatchObject({ status: 400, text: expect.stringContaining('Somebody else began this sign-in') });
    }
    expect(await connectionsOf('mallory-2')).toMatchObject([{ status: 'pending', account: null }]);
  });

  it('a member’s sign-in is not finished in a browser with a link, nor an end user’s page by a member', async () => {
    covers('connect-links/theirs');
    const member = await acme.person('OWNER');
    const started = await member.call('POST /api/v1/connections', { connectorSlug: 'acme', label: 'Member' });
    const guest = acme.browser();
    await openTheLink(guest, (await link('guest')).url);
    const shown = await guest.open(pathOf(await acme.oidc.signIn(String(started.body['oauthUrl']), 'ann')));
    expect([303, 400]).toContain(shown.status);
    expect(shown.to ?? '').not.toMatch(/^\/(link|connect)/);
    expect((await member.browser.open('/link')).status).toBe(403);
  });

  it('shows whose link it is before anything happens, and whom it is for on every page', async () => {
    const made = await link('eve');
    const browser = acme.browser();
    expect((await browser.open(pathOf(made.url))).text).toContain('eve@example.com');
    const page = await openTheLink(browser, made.url);
    expect(page.text).toContain('eve@example.com');
    const { action, hidden } = formOf(page);
    await browser.open(pathOf(await acme.oidc.signIn(onwardOf(await browser.send(action, hidden)), 'ann')));
    expect((await browser.open('/link')).text).toContain('eve@example.com');
  });

  it('a link that was opened by somebody else is of no more use, and says so', async () => {
    covers('connect-links/once');
    const made = await link('opened-by-attacker');
    await openTheLink(acme.browser(), made.url);
    const victim = await acme.browser().open(pathOf(made.url));
    expect(victim).toMatchObject({ status: 410, text: expect.stringContaining('was opened already') });
  });

  it('says yes to the account of another sign-in than its own for nobody', async () => {
    covers('connect-links/theirs', 'connect-links/sign-in');
    const [one, other] = [acme.browser(), acme.browser()];
    const came = async (browser: Browsing, user: string) => {
      const address = await leaveFor(browser, (await link(user)).url);
      await browser.open(pathOf(await acme.oidc.signIn(address, 'ann')));
      return browser.open('/link');
    };
    const [mine, theirs] = [await came(one, 'one'), await came(other, 'other')];
    const { hidden } = formOf(theirs);
    await one.send('/link/account', { ...formOf(mine).hidden, sign_in: hidden['sign_in'] ?? '', accept: 'yes' });
    for (const user of ['one', 'other'])
      expect(await connectionsOf(user)).toMatchObject([{ status: 'pending', account: null }]);
    await fillIn(other, theirs, { accept: 'yes' });
    expect(await connectionsOf('other')).toMatchObject([{ status: 'connected' }]);
    expect(await connectionsOf('one')).toMatchObject([{ status: 'pending' }]);
  });

  it('a link for one connection reaches no other of the same end user, and none of anybody else', async () => {
    covers('connect-links/theirs');
    const browser = acme.browser();
    const address = await leaveFor(browser, (await link('has')).url);
    await browser.open(pathOf(await acme.oidc.signIn(address, 'ann')));
    await fillIn(browser, await browser.open('/link'), { accept: 'yes' });
    const [mine] = Object(await connectionsOf('has'));
    const stranger = acme.browser();
    await openTheLink(stranger, (await link('stranger')).url);
    const shown = await stranger.open(`/link?connection=${mine.id}`);
    expect(shown.text).not.toContain(mine.id);
    const { action, hidden } = formOf(shown);
    await stranger.send(action, { ...hidden, connection: mine.id });
    expect(await connectionsOf('has')).toMatchObject([{ id: mine.id, status: 'connected', account: 'ann' }]);
    expect(await connectionsOf('stranger')).toHaveLength(1);
  });
});
