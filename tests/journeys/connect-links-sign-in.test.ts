import { beforeAll, expect, it } from 'vitest';
import { type Acme, pathOf, useAcme } from '../support/acme.ts';
import type { Browsing, Shown } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { fillIn, formOf, makeLink, onwardOf, openTheLink, plain } from '../support/link-pages.ts';

const back = 'https://app.example/accounts?tab=2';

interface AtProvider {
  readonly user?: string;
  readonly choice?: 'allow' | 'deny';
}

describeOnDatabases('an end user signing in at a provider, by a link', ({ migrated }) => {
  const startAcme = useAcme();
  let acme: Acme;
  let app: string;

  beforeAll(async () => {
    acme = await startAcme(await migrated());
    app = await acme.plugboard.mint({ kind: 'app' });
    const origin = { body: { origin: 'https://app.example' } };
    await acme.plugboard.call('POST /api/v1/workspaces/default/origins', origin);
    return () => acme.oidc.stop();
  });

  const call = (operation: string, body?: unknown) =>
    acme.plugboard.call(operation, { key: app, ...(body !== undefined && { body }) });
  const link = (user: string, body: object = {}) => makeLink(acme.plugboard, app, { end_user: { id: user }, ...body });
  const acmeLink = (user: string, body: object = {}) => link(user, { connectors: ['acme'], ...body });
  const state = async ({ id }: { id: string }) => (await call(`GET /api/v1/connect-links/${id}`)).body;
  const record = async (id: unknown) => (await call(`GET /api/v1/connections/${String(id)}`)).body;

  /** Presses the button that leads to the provider, signs in there and comes back; what is shown then. */
  async function signIn(browser: Browsing, page: Shown, { user = 'ann', choice = 'allow' }: AtProvider = {}) {
    const { action, hidden } = formOf(page);
    const leading = await browser.send(action, hidden);
    const returned = await acme.oidc.signIn(onwardOf(leading), user, choice);
    const came = await browser.open(pathOf(returned));
    expect(came.to).toBe('/link');
    return browser.open('/link');
  }

  async function connected(user: string, as = 'ann'): Promise<string> {
    const made = await acmeLink(user);
    const browser = acme.browser();
    await fillIn(browser, await signIn(browser, await openTheLink(browser, made.url), { user: as }), { accept: 'yes' });
    return String((await state(made))['connection_id']);
  }

  it('sees whose account came, and it counts once they say so', async () => {
    covers('connect-links/sign-in', 'connect-links/theirs', 'connect-links/way-back');
    const made = await acmeLink('sees', { return_url: back, metadata: { team: 'blue' } });
    const browser = acme.browser();
    const shown = await signIn(browser, await openTheLink(browser, made.url));
    expect(plain(shown.text)).toContain('Is this your');
    expect(shown.text).toContain('ann');
    expect(await state(made)).toMatchObject({ status: 'opened' });
    expect((await call('GET /api/v1/connections?end_user=sees')).body['items']).toMatchObject([{ status: 'pending' }]);
    const done = await fillIn(browser, shown, { accept: 'yes' });
    const { status, connection_id: id } = await state(made);
    expect(status).toBe('finished');
    expect(await record(id)).toMatchObject({
      status: 'connected',
      account: 'ann',
      endUser: { id: 'sees' },
      metadata: { team: 'blue' },
    });
    const href = plain(/<a class="button main" href="([^"]+)"/.exec(done.text)?.[1] ?? '');
    expect(href).toBe(`https://app.example/accounts?tab=2&status=connected&connection_id=${String(id)}`);
  });

  it('throws another account away, and may begin again', async () => {
    covers('connect-links/sign-in');
    const made = await acmeLink('throws');
    const browser = acme.browser();
    const shown = await signIn(browser, await openTheLink(browser, made.url), { user: 'bob' });
    const refused = await fillIn(browser, shown, { accept: 'no' });
    expect(refused.text).toContain('Nothing was connected: you said that this is not the account.');
    const done = await fillIn(browser, await signIn(browser, refused), { accept: 'yes' });
    expect(done.text).toContain('ann');
    expect((await call('GET /api/v1/connections?end_user=throws')).body['items']).toMatchObject([{ account: 'ann' }]);
  });

  it('who says no at the provider connects nothing, and is told so', async () => {
    covers('connect-links/cancel');
    const made = await acmeLink('denies', { return_url: back });
    const browser = acme.browser();
    const shown = await signIn(browser, await openTheLink(browser, made.url), { choice: 'deny' });
    expect(shown.text).toContain('Nothing was connected.');
    const cancelled = await browser.open('/link?cancelled=1');
    expect(plain(cancelled.text)).toContain('href="https://app.example/accounts?tab=2&status=cancelled"');
    expect(await state(made)).toMatchObject({ status: 'opened', connection_id: null });
  });

  it('leads nowhere once the origin was removed, though it was registered when the link was made', async () => {
    covers('connect-links/way-back');
    const origin = { body: { origin: 'https://gone.example' } };
    await acme.plugboard.call('POST /api/v1/workspaces/default/origins', origin);
    const made = await acmeLink('gone', { return_url: 'https://gone.example/back' });
    const browser = acme.browser();
    await openTheLink(browser, made.url);
    await acme.plugboard.call('DELETE /api/v1/workspaces/default/origins?origin=https://gone.example');
    expect((await browser.open('/link?cancelled=1')).text).not.toContain('gone.example');
  });

  it('signs in anew: the id stays, and another account is asked about', async () => {
    covers('connect-links/reconnect');
    const id = await connected('anew', 'ann');
    const made = await link('anew', { connection_id: id });
    expect(await state(made)).toMatchObject({ purpose: 'reconnect', connection_id: id });
    const browser = acme.browser();
    const shown = await signIn(browser, await openTheLink(browser, made.url), { user: 'bob' });
    expect(shown.text).toContain('Until now this was');
    expect(await record(id)).toMatchObject({ account: 'ann' });
    await fillIn(browser, shown, { accept: 'yes' });
    expect(await record(id)).toMatchObject({ id, status: 'connected', account: 'bob' });
    expect(await state(made)).toMatchObject({ status: 'finished', connection_id: id });
    expect((await call('GET /api/v1/connections?end_user=anew')).body['items']).toHaveLength(1);
  });

  it('a connection that was deleted meanwhile leaves nothing to do', async () => {
    const id = await connected('deleted');
    const made = await link('deleted', { connection_id: id });
    await call(`DELETE /api/v1/connections/${id}`);
    expect(await openTheLink(acme.browser(), made.url)).toMatchObject({ status: 404 });
  });

  it('a sign-in that was used comes back to where the link stands, and connects nothing twice', async () => {
    const made = await acmeLink('back-again');
    const browser = acme.browser();
    const { action, hidden } = formOf(await openTheLink(browser, made.url));
    const returned = pathOf(await acme.oidc.signIn(onwardOf(await browser.send(action, hidden)), 'ann'));
    await browser.open(returned);
    const again = await browser.open(returned);
    expect(again).toMatchObject({ status: 400, text: expect.stringContaining('already used') });
    expect((await browser.open('/link')).text).toContain('Is this your');
  });

  it('is over with the key that made it', async () => {
    covers('connect-links/ends-with');
    const minted = await acme.plugboard.call('POST /api/v1/api-keys', { body: { name: 'Short', kind: 'app' } });
    const made = await makeLink(acme.plugboard, String(minted.body['key']), { connectors: ['acme'] });
    const opened = await makeLink(acme.plugboard, String(minted.body['key']), { connectors: ['acme'] });
    const holder = acme.browser();
    expect((await openTheLink(holder, opened.url)).status).toBe(200);
    await acme.plugboard.call(`DELETE /api/v1/api-keys/${String(Object(minted.body['api_key']).id)}`);
    expect((await holder.open('/link')).status).toBe(403);
    const browser = acme.browser();
    expect((await browser.open(pathOf(made.url))).status).toBe(410);
    expect((await browser.send(pathOf(made.url), {})).status).toBe(410);
  });

  it('is over with its end user', async () => {
    covers('connect-links/ends-with');
    const made = await acmeLink('erased');
    const open = await acmeLink('erased');
    const browser = acme.browser();
    await openTheLink(browser, open.url);
    expect((await call('DELETE /api/v1/end-users/erased')).status).toBeLessThan(300);
    expect((await browser.open('/link')).status).toBe(403);
    expect([404, 410]).toContain((await acme.browser().open(pathOf(made.url))).status);
  });
});
