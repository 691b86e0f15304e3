import { expect, it } from 'vitest';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const owner = { name: 'Ada Lovelace', email: 'Ada@example.com', password: 'correct horse battery staple' };

const mistakes: readonly (readonly [Partial<typeof owner>, string])[] = [
  [{ password: 'short' }, 'at least 10 characters'],
  [{ password: 'p'.repeat(129) }, 'at most 128 characters'],
  [{ email: 'ada' }, 'That is no e-mail address.'],
  [{ name: ' ' }, 'Say what to call you.'],
];

describeOnDatabases('the first page of an installation', ({ migrated }) => {
  const start = async (): Promise<Plugboard> => startPlugboard(await migrated());

  it('sets how the owner signs in, signs them in, and leads on', async () => {
    covers('pages/first-run');
    const plugboard = await start();
    const browser = browse(plugboard);
    expect(await browser.open('/sign-in?to=%2Fdocs')).toMatchObject({ status: 303, to: '/first-run?to=%2Fdocs' });
    expect((await browser.open('/first-run?to=%2Fdocs')).text).toContain('value="/docs"');
    const done = await browser.send('/first-run', { ...owner, admin_key: plugboard.adminKey, to: '/docs' });
    expect(done).toMatchObject({ status: 303, to: '/docs' });
    const me = await plugboard.call('GET /api/v1/me', { key: '', headers: { cookie: browser.cookie() } });
    expect(me.body).toMatchObject({ via: 'session', person: { name: owner.name, email: 'ada@example.com' } });
    const { body } = await plugboard.call('GET /api/v1/events?limit=2');
    expect(body['data']).toMatchObject([{ type: 'person.signed_in' }, { type: 'person.sign_in_set' }]);
  });

  it('is there once: afterwards there is only signing in', async () => {
    covers('pages/first-run-once');
    const plugboard = await start();
    const wish = { ...owner, admin_key: plugboard.adminKey };
    expect((await browse(plugboard).send('/first-run', wish)).status).toBe(303);
    const later = browse(plugboard);
    expect(await later.open('/first-run')).toMatchObject({ status: 303, to: '/sign-in' });
    const again = await later.send('/first-run', { ...wish, email: 'eve@example.com', password: 'another password' });
    expect(again.status).toBe(409);
    expect(later.cookie()).toBe('');
    expect((await later.send('/sign-in', { email: 'eve@example.com', password: 'another password' })).status).toBe(401);
    expect((await later.send('/sign-in', owner)).status).toBe(303);
  });

  it('of two who are there at once lets one in', async () => {
    covers('pages/first-run-once');
    const plugboard = await start();
    const emails = ['one@example.com', 'two@example.com', 'three@example.com'];
    const answers = await Promise.all(
      emails.map((email) => browse(plugboard).send('/first-run', { ...owner, email, admin_key: plugboard.adminKey })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409]);
    const { status } = await browse(plugboard).open('/sign-in');
    expect(status).toBe(200);
  });

  it('takes the first admin key and no other', async () => {
    covers('pages/first-run-once');
    const plugboard = await start();
    const minted = await plugboard.mint({ kind: 'person', scopes: ['admin', 'keys:write'] });
    for (const admin_key of ['', 'pb_nobody', `${plugboard.adminKey}x`, minted, 'a.b.c']) {
      const browser = browse(plugboard);
      const refused = await browser.send('/first-run', { ...owner, admin_key });
      expect(refused.status).toBe(401);
      expect(refused.text).toContain('That is not the admin key of this installation.');
      expect(browser.cookie()).toBe('');
    }
    expect((await browse(plugboard).open('/first-run')).status).toBe(200);
  });

  it.each(mistakes)('refuses %j in words, keeps what is no secret, and changes nothing', async (wrong, sentence) => {
    covers('pages/first-run');
    const plugboard = await start();
    const browser = browse(plugboard);
    const refused = await browser.send('/first-run', { ...owner, admin_key: plugboard.adminKey, ...wrong });
    expect(refused.status).toBe(400);
    expect(refused.text).toMatch(new RegExp(`role="alert"[^]*${sentence}`));
    expect(refused.text).not.toContain(plugboard.adminKey);
    expect(refused.text).not.toContain(wrong.password ?? owner.password);
    expect(browser.cookie()).toBe('');
    expect((await browser.open('/first-run')).status).toBe(200);
  });

  it('slows down who guesses the admin key, and not everybody else', async () => {
    covers('pages/throttled');
    const plugboard = await start();
    const guess = async () => browse(plugboard).send('/first-run', { ...owner, admin_key: 'pb_guess' });
    for (let n = 0; n < 10; n += 1) expect((await guess()).status).toBe(401);
    const slowed = await guess();
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await plugboard.call('GET /api/v1/me')).status).toBe(200);
  });
});
