import { beforeAll, beforeEach, expect, it } from 'vitest';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { browse, type Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { invite } from '../support/invite.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const password = 'correct horse battery';
const shortest = 'p'.repeat(10);
const longest = 'p'.repeat(128);

describeOnDatabases('the page behind the link of an invitation', ({ migrated }) => {
  const clock = heldClock();
  let plugboard: Plugboard;
  let elsewhere: Pick<Plugboard, 'call'>;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated(), { clock });
    elsewhere = await anotherWorkspace(plugboard);
  });
  // Attempts are counted by the minute.
  beforeEach(() => clock.forward(61_000));

  const me = (browser: Browsing) =>
    plugboard.call('GET /api/v1/me', { key: '', headers: { cookie: browser.cookie() } });
  const workspacesOf = async (browser: Browsing): Promise<unknown> =>
    (await plugboard.call('GET /api/v1/workspaces', { key: '', headers: { cookie: browser.cookie() } })).body['data'];
  const joined = async (email: string): Promise<Browsing> => {
    const browser = browse(plugboard);
    const { token } = await invite(plugboard, email);
    expect((await browser.send('/join', { token, name: 'Ada', password })).status).toBe(303);
    return browser;
  };

  it('says what it is for, takes a name and a password, signs in and leads on', async () => {
    covers('pages/join', 'everywhere/1-session');
    const browser = browse(plugboard);
    const { link, token } = await invite(plugboard, 'New@example.com', 'ADMIN');
    expect((await browser.open('/join')).text).toContain('Paste the link of your invitation.');
    expect(await browser.send('/join/open', { token: `  ${link}\n` })).toMatchObject({ status: 303, to: '/join' });
    const { text } = await browser.open('/join');
    for (const said of ['Join <bdi>Default</bdi>', 'new@example.com', 'admin', '10 to 128 characters'])
      expect(text).toContain(said);
    const done = await browser.send('/join', { token, name: ' Ada Lovelace ', password });
    expect(done).toMatchObject({ status: 303, to: '/' });
    expect((await me(browser)).body).toMatchObject({
      via: 'session',
      person: { name: 'Ada Lovelace', email: 'new@example.com' },
      caller: { role: 'ADMIN' },
    });
    expect(browser.cookie()).not.toContain('invitation');
    const again = browse(plugboard);
    expect((await again.send('/sign-in', { email: 'new@example.com', password })).status).toBe(303);
    const { body } = await plugboard.call('GET /api/v1/events?limit=3');
    expect(body['data']).toMatchObject([
      { type: 'person.signed_in' },
      { type: 'person.signed_in' },
      { type: 'invitation.accepted' },
    ]);
  });

  it('takes the token by itself, and a password of every length that is ruled', async () => {
    covers('pages/join');
    for (const [index, chosen] of [shortest, longest].entries()) {
      const { token } = await invite(plugboard, `length-${index}@example.com`);
      const done = await browse(plugboard).send('/join', { token, name: 'Ada', password: chosen });
      expect(done).toMatchObject({ status: 303, to: '/' });
    }
  });

  it('only looks until somebody joins: the link can be opened as often as one likes', async () => {
    covers('pages/join');
    const { token } = await invite(plugboard, 'looks@example.com');
    for (let n = 0; n < 3; n += 1) {
      const browser = browse(plugboard);
      await browser.send('/join/open', { token });
      expect((await browser.open('/join')).text).toContain('looks@example.com');
    }
    expect((await browse(plugboard).open('/join/open')).to).toBe('/join');
  });

  it.each([
    [{ name: ' ' }, 'name', 'Say what to call you.'],
    [{ name: 'n'.repeat(81) }, 'name', 'at most 80 characters'],
    [{ password: 'short' }, 'password', 'at least 10 characters'],
    [{ password: 'p'.repeat(129) }, 'password', 'at most 128 characters'],
  ])('refuses %j at its field, in words, and changes nothing', async (wrong, field, sentence) => {
    covers('pages/join');
    const { token, id } = await invite(plugboard, 'mistaken@example.com');
    const browser = browse(plugboard);
    const refused = await browser.send('/join', { token, name: 'Ada', password, ...wrong });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(new RegExp(`id="${field}-wrong" role="alert">[^<]*${sentence}`));
    expect(refused.text).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`));
    expect(refused.text).not.toContain(`value="${password}"`);
    expect(browser.cookie()).toBe('');
    const { body } = await plugboard.call('GET /api/v1/invitations');
    expect(body['data']).toContainEqual(expect.objectContaining({ id }));
  });

  it('lets somebody who signs in here already join as themselves, after signing in', async () => {
    covers('pages/join-session');
    await joined('known@example.com');
    const { token } = await invite(elsewhere, 'known@example.com');
    const browser = browse(plugboard);
    await browser.send('/join/open', { token });
    const asked = await browser.open('/join');
    expect(asked.text).toContain('href="/sign-in?to=%2Fjoin"');
    expect(asked.text).not.toContain('name="password"');
    const refused = await browser.send('/join', { token, name: 'Eve', password: 'a password of mine' });
    expect(refused).toMatchObject({ status: 409, text: expect.stringContaining('signs in here already') });
    const signedIn = await browser.send('/sign-in', { email: 'known@example.com', password, to: '/join' });
    expect(signedIn.to).toBe('/join');
    const { text } = await browser.open('/join');
    expect(text).toContain('Join <bdi>Elsewhere</bdi>');
    expect(text).not.toContain('name="password"');
    const session = browser
      .cookie()
      .split('; ')
      .find((cookie) => cookie.includes('session'));
    expect(await browser.send('/join', { token })).toMatchObject({ status: 303, to: '/' });
    expect(browser.cookie()).toBe(session);
    expect(await workspacesOf(browser)).toHaveLength(2);
  });

  it('lets nobody join who signs in with another e-mail address', async () => {
    covers('pages/join-session');
    const browser = await joined('somebody@example.com');
    const { token } = await invite(elsewhere, 'somebody+else@example.com');
    await browser.send('/join/open', { token });
    expect((await browser.open('/join')).text).toContain('You are signed in with another e-mail address.');
    const refused = await browser.send('/join', { token, name: 'Eve', password });
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('for another e-mail address') });
    expect(await workspacesOf(browser)).toHaveLength(1);
    expect((await browse(plugboard).send('/join', { token, name: 'Else', password })).status).toBe(303);
  });

  it('tells a member that they are one', async () => {
    covers('pages/join-session');
    const { token } = await invite(plugboard, 'twice@example.com');
    const second = await invite(plugboard, 'twice@example.com');
    const browser = browse(plugboard);
    await browser.send('/join', { token, name: 'Ada', password });
    const refused = await browser.send('/join', { token: second.token });
    expect(refused).toMatchObject({ status: 409, text: expect.stringContaining('a member of this workspace already') });
  });

  it('of many who hold one link at once lets one in', async () => {
    covers('pages/join-once');
    const { token } = await invite(plugboard, 'race@example.com');
    const tries = ['one', 'two', 'three', 'four'].map((name) =>
      browse(plugboard).send('/join', { token, name, password }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([303, 404, 404, 404]);
  });

  it('slows down who guesses, tells them nothing of a token any more, and lets them try it later', async () => {
    covers('pages/throttled');
    const { token } = await invite(plugboard, 'slowed@example.com');
    for (let n = 0; n < 10; n += 1)
      expect((await browse(plugboard).send('/join/open', { token: `guess-${n}` })).status).toBe(404);
    for (const [path, fields] of [
      ['/join/open', { token }],
      ['/join', { token, name: 'Ada', password }],
    ] as const) {
      const slowed = await browse(plugboard).send(path, fields);
      expect(slowed.status).toBe(429);
      expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
      expect(slowed.text).toContain('Too many attempts');
      expect(slowed.text).toContain(`value="${token}"`);
      expect(slowed.text).not.toContain('slowed@example.com');
    }
    clock.forward(61_000);
    expect((await browse(plugboard).send('/join', { token, name: 'Ada', password })).status).toBe(303);
  });
});
