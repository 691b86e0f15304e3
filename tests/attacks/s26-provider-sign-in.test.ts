import { UnsecuredJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IdentityProvider, type Lie, startIdentityProvider } from '../emulators/identity-provider.ts';
import { browse, type Browsing } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { providerSettings, signInAtProvider } from '../support/provider-sign-in.ts';
import { movableClock, type MovableClock } from '../support/started-access.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };
const bob = { email: 'bob@example.com', password: 'another good password' };
const refused = { status: 400, to: undefined };

describe('S26, signing in at the identity provider', () => {
  const databases = newDatabases('sqlite');
  let provider: IdentityProvider;
  let plugboard: Plugboard;
  let clock: MovableClock;
  beforeAll(async () => {
    provider = await startIdentityProvider();
    return () => provider.stop();
  });
  // Each has a server of its own: it reads the provider's description once in ten minutes.
  beforeEach(async () => {
    provider.lie = {};
    provider.person = { subject: 'subject-of-ada', email: ada.email };
    clock = movableClock();
    plugboard = await startPlugboard(await databases.migrated(), { ...providerSettings(provider), clock });
    await plugboard.call('PUT /api/v1/me/sign-in', { body: ada });
    const browser = browse(plugboard);
    await signInAtProvider(browser, provider);
    expect((await browser.send('/sign-in/oidc/tie', ada)).status).toBe(303);
  });
  const isSignedIn = (browser: Browsing): boolean => browser.cookie().includes('session_token');

  it('an answer that was meant for the attacker’s browser signs in nobody else', async () => {
    covers('pages/provider');
    const attacker = browse(plugboard);
    const { to = '' } = await attacker.open('/sign-in/oidc');
    const answer = provider.authorize(to);
    const victim = browse(plugboard);
    expect(await victim.open(`/sign-in/oidc/callback${answer}`)).toMatchObject(refused);
    await victim.open('/sign-in/oidc');
    expect(await victim.open(`/sign-in/oidc/callback${answer}`)).toMatchObject(refused);
    expect(isSignedIn(victim)).toBe(false);
  });

  it('an answer works once, and for ten minutes', async () => {
    covers('pages/provider');
    const browser = browse(plugboard);
    const { to = '' } = await browser.open('/sign-in/oidc');
    const kept = browser.cookie();
    const answer = provider.authorize(to);
    expect((await browser.open(`/sign-in/oidc/callback${answer}`)).status).toBe(303);
    expect(await browse(plugboard).open(`/sign-in/oidc/callback${answer}`, { cookie: kept })).toMatchObject(refused);
    const late = browse(plugboard);
    const begun = await late.open('/sign-in/oidc');
    clock.move(600_001);
    expect(await late.open(`/sign-in/oidc/callback${provider.authorize(begun.to ?? '')}`)).toMatchObject(refused);
  });

  const tampered: readonly (readonly [string, (query: string) => string])[] = [
    ['another state', (query) => query.replace(/state=[^&]*/, 'state=another')],
    ['no state', (query) => query.replace(/&?state=[^&]*/, '')],
    ['two states', (query) => `${query}&state=another`],
    ['another issuer (RFC 9207)', (query) => query.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example')],
    ['no issuer although it always says', (query) => query.replace(/&?iss=[^&]*/, '')],
    ['two codes', (query) => `${query}&code=another`],
    ['no code', (query) => query.replace(/code=[^&]*&?/, '')],
    ['a code nobody was given', (query) => query.replace(/code=[^&]*/, 'code=another')],
    ['a token in the address', (query) => `${query}&id_token=a.b.c`],
    ['nothing', () => ''],
  ];
  it.each(tampered)('an answer with %s signs in nobody', async (_what, change) => {
    covers('pages/provider');
    const browser = browse(plugboard);
    expect(await signInAtProvider(browser, provider, { change })).toMatchObject(refused);
    expect(isSignedIn(browser)).toBe(false);
  });

  it('a code of another sign-in, put into one’s own, signs in nobody', async () => {
    covers('pages/provider');
    const other = await browse(plugboard).open('/sign-in/oidc');
    const stolen = new URLSearchParams(provider.authorize(other.to ?? '')).get('code') ?? '';
    const browser = browse(plugboard);
    const change = (query: string) => query.replace(/code=[^&]*/, `code=${stolen}`);
    expect(await signInAtProvider(browser, provider, { change })).toMatchObject(refused);
    expect(isSignedIn(browser)).toBe(false);
  });

  const past = Math.floor(Date.now() / 1000) - 600;
  const lies: readonly (readonly [string, Lie])[] = [
    ['another issuer', { claims: (sound) => ({ ...sound, iss: 'https://evil.example' }) }],
    ['another audience', { claims: (sound) => ({ ...sound, aud: 'somebody-else' }) }],
    [
      'several audiences and another party',
      { claims: (sound) => ({ ...sound, aud: [String(sound.aud), 'b'], azp: 'b' }) },
    ],
    ['another nonce', { claims: (sound) => ({ ...sound, nonce: 'another' }) }],
    ['no nonce', { claims: ({ nonce: _nonce, ...sound }) => sound }],
    ['no subject', { claims: ({ sub: _sub, ...sound }) => sound }],
    ['an empty subject', { claims: (sound) => ({ ...sound, sub: '' }) }],
    ['a time that is over', { claims: (sound) => ({ ...sound, iat: past, exp: past + 60 }) }],
    ['somebody else’s signature', { strangeKey: true }],
    ['no signature', { token: (response) => jsonOf(response, new UnsecuredJWT({ sub: 'subject-of-ada' }).encode()) }],
    ['no ID token', { token: (response) => jsonOf(response, undefined) }],
    ['a page in the place of an answer', { token: (response) => response.writeHead(200, html).end('<h1>Hello</h1>') }],
    ['a redirect', { token: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() }],
  ];
  it.each(lies)('a token with %s signs in nobody', async (_what, lie) => {
    covers('pages/provider');
    provider.lie = lie;
    const browser = browse(plugboard);
    expect(await signInAtProvider(browser, provider)).toMatchObject(refused);
    expect(isSignedIn(browser)).toBe(false);
  });

  it('a token answer of 50 MB is not read to its end', async () => {
    covers('pages/provider');
    provider.lie = { token: (response) => response.writeHead(200, json).end(Buffer.alloc(50 * 1024 * 1024, 32)) };
    const browser = browse(plugboard);
    expect((await signInAtProvider(browser, provider)).status).toBe(502);
    expect(isSignedIn(browser)).toBe(false);
  });

  it.each([
    ['that names another issuer', { issuer: 'https://evil.example' }],
    ['whose page is a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['without a page', { authorization_endpoint: undefined }],
  ])('a description %s leads nobody anywhere', async (_what, change) => {
    covers('pages/provider');
    clock.move(600_001);
    provider.lie = { description: (sound) => ({ ...sound, ...change }) };
    expect(await browse(plugboard).open('/sign-in/oidc')).toMatchObject({ status: 502, to: undefined });
  });

  it.each(['http://10.0.0.1/token', 'http://169.254.169.254/latest', 'http://[::1]:9/token'])(
    'a description that points inside (%s) is not followed',
    async (token_endpoint) => {
      covers('pages/provider');
      clock.move(600_001);
      provider.lie = { description: (sound) => ({ ...sound, token_endpoint }) };
      const browser = browse(plugboard);
      expect((await signInAtProvider(browser, provider)).status).toBe(502);
      expect(isSignedIn(browser)).toBe(false);
    },
  );

  it('the same e-mail address does not join: only the password does', async () => {
    covers('pages/provider-tie');
    provider.person = { subject: 'a-stranger', email: ada.email };
    const browser = browse(plugboard);
    expect((await signInAtProvider(browser, provider)).to).toBe('/sign-in/oidc/tie');
    expect(isSignedIn(browser)).toBe(false);
    const people = await plugboard.app.storage.rows.selectFrom('people').select('id').execute();
    expect(people).toHaveLength(1);
  });

  it('being signed in does not tie: a link of somebody else’s would', async () => {
    covers('pages/provider-tie');
    const victim = browse(plugboard);
    await victim.send('/sign-in', ada);
    provider.person = { subject: 'subject-of-the-attacker' };
    await signInAtProvider(victim, provider);
    expect((await victim.send('/sign-in/oidc/tie', { email: ada.email, password: '' })).status).toBe(400);
    expect((await signInAtProvider(browse(plugboard), provider)).to).toBe('/sign-in/oidc/tie');
  });

  it('nobody takes over who is tied to somebody else, and no cookie opens as another', async () => {
    covers('pages/provider-tie');
    const invited = await plugboard.call('POST /api/v1/invitations', { body: { email: bob.email, role: 'MEMBER' } });
    const token = new URL(String(invited.body['url'])).hash.slice(1);
    await plugboard.call('POST /api/v1/invitations/accept', {
      key: '',
      body: { token, name: 'Bob', password: bob.password },
    });
    provider.person = { subject: 'fought-over' };
    const [first, second] = [browse(plugboard), browse(plugboard)];
    await signInAtProvider(first, provider);
    await signInAtProvider(second, provider);
    expect((await first.send('/sign-in/oidc/tie', ada)).status).toBe(303);
    expect((await second.send('/sign-in/oidc/tie', bob)).status).toBe(409);
    expect(isSignedIn(second)).toBe(false);

    const third = browse(plugboard);
    await third.open('/sign-in/oidc');
    third.put(third.cookie().replace('.oidc=', '.untied='));
    expect((await third.open('/sign-in/oidc/tie')).to).toBe('/sign-in');
    third.put('plugboard-7400.untied=AAAA');
    expect((await third.send('/sign-in/oidc/tie', bob)).to).toBe('/sign-in');
  });
});

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };

function jsonOf(response: Parameters<NonNullable<Lie['token']>>[0], id_token: string | undefined): void {
  response.writeHead(200, json).end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', id_token }));
}
