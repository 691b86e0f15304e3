import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { type ExampleWorld, type OwnGitlab, useExampleWorld } from './example-world.ts';
import { type PlainBrowser, plainBrowser, type Seen } from './plain-browser.ts';

describe('the example app with end users', () => {
  const start = useExampleWorld();
  const [ann, ben] = [plainBrowser(), plainBrowser()];
  let world: ExampleWorld;

  beforeAll(async () => {
    world = await start();
  });
  afterAll(() => world.stop());

  const home = (browser: PlainBrowser) => browser.open(world.app);
  const enter = async (browser: PlainBrowser, user: string) =>
    browser.submit(await home(browser), '/sign-in', { user });
  const connect = async (browser: PlainBrowser, { url, token }: OwnGitlab): Promise<Seen> => {
    const link = await browser.submit(await home(browser), '/connect');
    const values = await browser.submit(link, new URL(link.url).pathname);
    const done = await browser.submit(values, '/link/values', { 'field.base_url': url, 'field.token': token });
    const back = /href="([^"]+status=connected[^"]*)"/.exec(done.text)?.[1]?.replaceAll('&#38;', '&') ?? '';
    return browser.open(back);
  };
  const wish = async (browser: PlainBrowser, title: string) =>
    browser.submit(await home(browser), '/issues', { title });
  const idOf = (page: Seen, title: string) =>
    new RegExp(`<li>${title}:.*?name="id" value="([^"]+)"`, 's').exec(page.text)?.[1] ?? '';
  const decide = async (browser: PlainBrowser, title: string, decision: string) => {
    const page = await home(browser);
    const link = await browser.submit(page, '/decide', { id: idOf(page, title) });
    const call = await browser.submit(link, new URL(link.url).pathname);
    return browser.submit(call, new URL(call.url).pathname, { decision });
  };
  const sent = ({ requests }: OwnGitlab, title: string) =>
    requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title)).length;

  it('lets two users connect an account each, by a link and back again', async () => {
    covers('isolation/example');
    for (const [browser, user, own] of [
      [ann, 'u_1', world.gitlabs.ann],
      [ben, 'u_2', world.gitlabs.ben],
    ] as const) {
      expect((await enter(browser, user)).text).not.toContain('GitLab:');
      const back = await connect(browser, own);
      expect(back.url).toContain(`${world.app}/?status=connected`);
      expect(back.text).toContain('GitLab: ann (connected)');
    }
  });

  it('shows each what is in their own account, as text', async () => {
    covers('isolation/example');
    const [hers, his] = [(await home(ann)).text, (await home(ben)).text];
    expect(hers).toContain('&#60;b&#62;Only ann&#60;/b&#62; &#38; nobody else');
    expect(his).toContain('Only ben');
    expect(hers).not.toContain('ben');
    expect(his).not.toContain('Only ann');
    const { ann: hersAlone, ben: hisAlone } = world.gitlabs;
    const tokens = ({ ledger }: OwnGitlab) => new Set(ledger.map(({ headers }) => headers['authorization']));
    expect(tokens(hersAlone)).toEqual(new Set([`Bearer ${hersAlone.token}`]));
    expect(tokens(hisAlone)).toEqual(new Set([`Bearer ${hisAlone.token}`]));
  });

  it('has its user decide a write on the hosted page, and hears by webhook what came of it', async () => {
    covers('isolation/example');
    expect((await wish(ann, 'From Ann')).text).toContain('waits for you');
    expect(sent(world.gitlabs.ann, 'From Ann')).toBe(0);
    const decided = await decide(ann, 'From Ann', 'approve');
    expect(decided.text).toContain('Carried out');
    await expect.poll(async () => (await home(ann)).text, { timeout: 15_000 }).toContain('From Ann: <b>done</b>');
    expect([sent(world.gitlabs.ann, 'From Ann'), sent(world.gitlabs.ben, 'From Ann')]).toEqual([1, 0]);
    await wish(ben, 'From Ben');
    await decide(ben, 'From Ben', 'decline');
    await expect.poll(async () => (await home(ben)).text, { timeout: 15_000 }).toContain('From Ben: <b>declined</b>');
    expect(sent(world.gitlabs.ben, 'From Ben')).toBe(0);
    expect((await home(ben)).text).not.toContain('From Ann');
  });

  it('opens nobody the page of somebody else’s call', async () => {
    covers('isolation/example');
    const page = await wish(ann, 'Hers to decide');
    const id = idOf(page, 'Hers to decide');
    expect(id).not.toBe('');
    const his = await wish(ben, 'His to decide');
    expect((await ben.submit(his, '/decide', { id })).status).toBe(404);
    expect(sent(world.gitlabs.ann, 'Hers to decide')).toBe(0);
  });

  it('takes forms from its own pages alone, and webhooks that are signed', async () => {
    const page = await home(ann);
    const forged = await ann.submit(page, '/issues', { title: 'Forged', form_token: 'x'.repeat(43) });
    const hers = (await home(ben)).text.match(/name="form_token" value="([^"]+)"/)?.[1] ?? '';
    const borrowed = await ann.submit(page, '/issues', { title: 'Forged', form_token: hers });
    const abroad = await ann.submit({ ...page, url: world.app.replace('localhost', '127.0.0.1') }, '/issues', {
      title: 'Forged',
    });
    expect([forged.status, borrowed.status, abroad.status]).toEqual([404, 404, 404]);
    expect((await home(ann)).text).not.toContain('Forged');
    const hook = `${world.app}/hooks/plugboard`;
    const body = JSON.stringify({ type: 'approval.decided', data: {} });
    const headers = {
      'webhook-id': '1',
      'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
      'webhook-signature': 'v1,AAAA',
    };
    expect((await fetch(hook, { method: 'POST', headers, body })).status).toBe(401);
    expect((await fetch(hook, { method: 'POST', body })).status).toBe(401);
  });

  it('forgets one of them, and the other keeps everything', async () => {
    covers('isolation/example');
    const signedOut = await ann.submit(await home(ann), '/forget');
    expect(signedOut.text).toContain('Sign in as Ann');
    expect((await world.plugboard.call('GET /api/v1/end-users/u_1')).status).toBe(404);
    const anew = await enter(ann, 'u_1');
    for (const gone of ['GitLab:', 'From Ann', 'Only ann']) expect(anew.text).not.toContain(gone);
    const { text } = await home(ben);
    for (const kept of ['GitLab: ann (connected)', 'Only ben', 'From Ben']) expect(text).toContain(kept);
  });

  it('gives no browser a key, a token or a secret', () => {
    for (const { shown } of [ann, ben])
      for (const { text, url } of shown) for (const secret of world.secrets) expect(text + url).not.toContain(secret);
  });
});
