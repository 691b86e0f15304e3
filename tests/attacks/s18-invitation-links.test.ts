import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { browse, type Shown } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { invite } from '../support/invite.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const eve = { name: 'Eve', password: 'a password of mine' };
const week = 7 * 86_400_000;

describe('S18: the link of an invitation that lets nobody in', () => {
  const databases = newDatabases('sqlite');
  const clock = heldClock();
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await databases.migrated(), { clock });
  });
  // Attempts are counted by the minute.
  beforeEach(() => clock.forward(61_000));

  const used = async (): Promise<string> => {
    const { token } = await invite(plugboard, 'used@example.com');
    expect((await browse(plugboard).send('/join', { token, name: 'Ada', password: 'hers alone' })).status).toBe(303);
    return token;
  };
  const cancelled = async (): Promise<string> => {
    const { token, id } = await invite(plugboard, 'cancelled@example.com');
    await plugboard.call(`DELETE /api/v1/invitations/${id}`);
    return token;
  };
  const expired = async (): Promise<string> => {
    const { token } = await invite(plugboard, 'expired@example.com');
    clock.forward(week);
    return token;
  };
  const foreign = async (): Promise<string> =>
    (await invite(await startPlugboard(await databases.migrated()), 'foreign@example.com')).token;
  const itsId = async (): Promise<string> => (await invite(plugboard, 'by-id@example.com')).id;
  const made: readonly (readonly [string, () => Promise<string>])[] = [
    ['used', used],
    ['cancelled', cancelled],
    ['expired', expired],
    ['of another installation', foreign],
    ['the id of an invitation', itsId],
    ['cut short', async () => (await invite(plugboard, 'cut@example.com')).token.slice(0, -1)],
    ['made up', async () => 'made-up'],
    ['of another kind', async () => plugboard.adminKey],
    ['very long', async () => 'x'.repeat(10_000)],
  ];

  const asShown = ({ status, text }: Shown) => ({ status, text });

  it.each(made)('a token that is %s is answered like every other, and says nothing', async (_what, make) => {
    covers('pages/join-token', 'pages/join-once');
    const token = await make();
    const browser = browse(plugboard);
    const wrong = asShown(await browse(plugboard).send('/join/open', { token: 'nobody knows it' }));
    expect(wrong.status).toBe(404);
    expect(asShown(await browser.send('/join/open', { token }))).toEqual(wrong);
    expect(asShown(await browser.send('/join', { token, ...eve }))).toEqual(wrong);
    expect(asShown(await browser.send('/join', { token, name: '', password: '' }))).toEqual(wrong);
    expect(wrong.text).not.toMatch(/example\.com|Default/);
    expect(browser.cookie()).toBe('');
  });

  it('a browser that looked at an invitation before it was cancelled learns nothing more of it', async () => {
    covers('pages/join-once');
    const { token, id } = await invite(plugboard, 'looked@example.com');
    const browser = browse(plugboard);
    await browser.send('/join/open', { token });
    expect((await browser.open('/join')).status).toBe(200);
    await plugboard.call(`DELETE /api/v1/invitations/${id}`);
    const { status, text } = await browser.open('/join');
    expect(status).toBe(404);
    expect(text).not.toContain('looked@example.com');
    expect(browser.cookie()).toBe('');
  });

  it('the cookie that remembers it is sealed, and no other cookie opens as one', async () => {
    covers('pages/join-token');
    const { token } = await invite(plugboard, 'sealed@example.com');
    const browser = browse(plugboard);
    const answer = await browser.send('/join/open', { token });
    expect(String(answer.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(decodeURIComponent(browser.cookie())).not.toContain(token);
    const [name = '', value = ''] = browser.cookie().split('=', 2);
    for (const planted of [token, JSON.stringify(token), `${value.slice(0, -4)}AAAA`, '']) {
      const victim = browse(plugboard);
      victim.put(`${name}=${planted}`);
      expect((await victim.open('/join')).text).not.toContain('sealed@example.com');
    }
  });

  it('neither an e-mail address nor a role of the form counts', async () => {
    covers('pages/join');
    const { token } = await invite(plugboard, 'modest@example.com', 'VIEWER');
    const browser = browse(plugboard);
    const fields = { token, ...eve, email: 'owner@example.com', role: 'OWNER', workspace: 'elsewhere' };
    expect((await browser.send('/join', fields)).status).toBe(303);
    const me = await plugboard.call('GET /api/v1/me', { key: '', headers: { cookie: browser.cookie() } });
    expect(me.body).toMatchObject({ person: { email: 'modest@example.com' }, caller: { role: 'VIEWER' } });
  });

  it('a token in the query is not looked at', async () => {
    covers('pages/join-token');
    const { token } = await invite(plugboard, 'query@example.com');
    const { text } = await browse(plugboard).open(`/join?token=${token}`);
    expect(text).not.toContain('query@example.com');
    expect(text).not.toContain(token);
  });
});
