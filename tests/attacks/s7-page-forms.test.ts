import { beforeAll, describe, expect, it } from 'vitest';
import { browse, type Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { invite } from '../support/invite.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };
const token = '0190a2b4-0000-7000-8000-000000000000';
const forms = [
  '/sign-in',
  '/sign-out',
  '/first-run',
  '/join',
  '/join/open',
  `/connect/${token}`,
  `/connect/${token}/confirm`,
];

describe('S7: a form of a page of ours that another page sends', () => {
  const databases = newDatabases('sqlite');
  let plugboard: Plugboard;
  let browser: Browsing;
  let invitation: string;
  beforeAll(async () => {
    plugboard = await startPlugboard(await databases.migrated());
    await plugboard.call('PUT /api/v1/me/sign-in', { body: ada });
    invitation = (await invite(plugboard, 'eve@example.com')).token;
    browser = browse(plugboard);
    await browser.send('/sign-in', ada);
  });

  const elsewhere: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
    ['another port of the same host', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }],
    ['another scheme', { origin: 'https://localhost:7400' }],
    ['a host that begins like ours', { origin: 'http://localhost:7400.evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin at all', { origin: undefined }],
    ['our origin, written by something else than our page', { 'sec-fetch-site': 'cross-site' }],
    ['JSON', { 'content-type': 'application/json' }],
    ['plain text', { 'content-type': 'text/plain' }],
    ['files', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['nothing that says what it is', { 'content-type': undefined }],
  ];

  it.each(forms.flatMap((path) => elsewhere.map(([what, headers]) => [path, what, headers] as const)))(
    '%s does nothing for %s, signed in or not',
    async (path, _what, headers) => {
      covers('pages/own-forms');
      const fields = { ...ada, admin_key: plugboard.adminKey, name: 'Eve', accept: 'yes', token: invitation };
      expect((await browser.send(path, fields, headers)).status).toBe(403);
      const stranger = browse(plugboard);
      expect((await stranger.send(path, fields, headers)).status).toBe(403);
      expect(stranger.cookie()).toBe('');
    },
  );

  it('what takes JSON goes on refusing forms, from our own origin, too', async () => {
    covers('pages/own-forms');
    expect((await browser.send('/api/auth/sign-in/email', ada)).status).toBe(403);
    expect((await browser.send('/api/v1/me/invitations', { token: 'x' })).status).toBe(403);
  });

  it.each(['/sign-in', '/sign-out', `/connect/${token}`, '/first-run', '/join'])(
    '%s is shown in no frame',
    async (path) => {
      covers('pages/own-forms');
      const { headers } = await browser.open(path);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-frame-options']).toBe('DENY');
    },
  );

  it('nobody joined from elsewhere', async () => {
    covers('pages/own-forms');
    const opened = await plugboard.call('POST /api/v1/invitations/open', { key: '', body: { token: invitation } });
    expect(opened.status).toBe(200);
  });

  it('is still signed in afterwards: nobody was signed out from elsewhere', async () => {
    expect((await browser.open('/sign-out')).status).toBe(200);
  });
});
