import { beforeAll, expect, it } from 'vitest';
import { browse, type Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };

describeOnDatabases('the pages of signing in', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    await plugboard.call('PUT /api/v1/me/sign-in', { body: ada });
  });
  const statusOfMe = async (browser: Browsing): Promise<number> => {
    const headers = { cookie: browser.cookie() };
    return (await plugboard.call('GET /api/v1/me', { key: '', headers })).status;
  };

  it('sign in with e-mail and password, and lead to where somebody wanted to go', async () => {
    covers('pages/sign-in', 'everywhere/1-session');
    const browser = browse(plugboard);
    expect((await browser.open('/sign-in?to=%2Fconnect%2Fabc')).text).toContain('value="/connect/abc"');
    const signedIn = await browser.send('/sign-in', { ...ada, to: '/connect/abc' });
    expect(signedIn).toMatchObject({ status: 303, to: '/connect/abc' });
    expect(String(signedIn.headers['set-cookie'])).toMatch(
      /^plugboard-7400\.session_token=.*; HttpOnly; SameSite=Lax$/,
    );
    expect(await statusOfMe(browser)).toBe(200);
    expect((await browser.open('/sign-in')).text).toContain('You are signed in as');
  });

  it('say the same of a wrong password and of somebody nobody knows', async () => {
    covers('pages/sign-in');
    const browser = browse(plugboard);
    const wrong = await browser.send('/sign-in', { ...ada, password: 'not hers at all', to: '/docs' });
    const nobody = await browser.send('/sign-in', {
      email: 'eve@example.com',
      password: 'not hers at all',
      to: '/docs',
    });
    expect([wrong.status, nobody.status]).toEqual([401, 401]);
    expect(wrong.text.replaceAll(ada.email, '')).toBe(nobody.text.replaceAll('eve@example.com', ''));
    expect(wrong.text).toContain('value="/docs"');
    expect(wrong.text).not.toContain('not hers at all');
    expect(browser.cookie()).toBe('');
  });

  it('give every sign-in a session of its own, whatever cookie came with it', async () => {
    covers('pages/sign-in');
    const browser = browse(plugboard);
    browser.put('plugboard-7400.session_token=planted.by-somebody');
    await browser.send('/sign-in', ada);
    const first = browser.cookie();
    await browser.send('/sign-in', ada);
    expect(browser.cookie()).not.toBe(first);
    expect(first).not.toContain('planted');
  });

  it('sign out: the session is over, also for who kept its cookie', async () => {
    covers('pages/sign-out');
    const browser = browse(plugboard);
    await browser.send('/sign-in', ada);
    const kept = browse(plugboard);
    kept.put(browser.cookie());
    expect((await browser.open('/sign-out')).text).toContain('Sign out');
    expect(await statusOfMe(kept)).toBe(200);
    expect(await browser.send('/sign-out', { to: '/docs' })).toMatchObject({ status: 303, to: '/sign-in?to=%2Fdocs' });
    expect(browser.cookie()).toBe('');
    expect(await statusOfMe(kept)).toBe(401);
    expect(await kept.send('/sign-out', {})).toMatchObject({ status: 303, to: '/sign-in' });
    expect(await kept.open('/sign-out')).toMatchObject({ status: 303, to: '/sign-in' });
  });

  it('take nothing but what their fields hold', async () => {
    covers('pages/sign-in');
    const browser = browse(plugboard);
    const long = { email: ada.email, password: 'p'.repeat(129) };
    for (const fields of [{}, { email: ada.email }, { email: 'ada', password: 'x' }, long, { 'email[]': 'a' }])
      expect((await browser.send('/sign-in', { ...fields })).status).toBe(400);
    expect((await browser.send('/sign-in', { ...ada, to: 'x'.repeat(20_000) })).status).toBe(413);
    expect(browser.cookie()).toBe('');
  });

  it('are pages for a browser also where they refuse, and the one error body for everybody else', async () => {
    covers('everywhere/3-errors');
    const browser = browse(plugboard);
    const page = await browser.open('/sign-in', { host: 'evil.example' });
    expect(page).toMatchObject({ status: 400, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const { text } = await browser.open('/sign-in', { host: 'evil.example', accept: '*/*' });
    expect(JSON.parse(text)).toEqual({
      error: { code: 'BAD_REQUEST', message: expect.any(String), request_id: expect.any(String) },
    });
  });

  it('bring one style sheet and one script, and nothing from elsewhere', async () => {
    covers('pages/for-everybody');
    const browser = browse(plugboard);
    const { text, headers } = await browser.open('/sign-in');
    const loaded = [...text.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, address]) => address);
    expect(loaded).toEqual(['/favicon.svg', '/pages/style.css', '/pages/page.js']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    for (const path of ['/pages/style.css', '/pages/page.js']) {
      const { status, headers } = await browser.open(path);
      expect(status).toBe(200);
      expect((await browser.open(path, { 'if-none-match': String(headers['etag']) })).status).toBe(304);
    }
  });

  it('slow down who guesses, by e-mail and by address', async () => {
    covers('pages/throttled');
    const guess = (email: string) => browse(plugboard).send('/sign-in', { email, password: 'a guess of mine' });
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await guess('victim@example.com')).status);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    const slowed = await guess('somebody-else@example.com');
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect(slowed.text).toContain('Too many attempts');
  });
});
