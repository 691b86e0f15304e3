import { beforeAll, describe, expect, it } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from '../emulators/identity-provider.ts';
import { browse } from '../support/browsing.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { providerSettings, signInAtProvider } from '../support/provider-sign-in.ts';

const ada = { email: 'ada@example.com', password: 'correct horse battery' };
const away = [
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  'javascript:alert(1)',
  '/\r\nset-cookie: planted=1',
];

describe('S19: a link to our sign-in that means to lead elsewhere', () => {
  const databases = newDatabases('sqlite');
  let provider: IdentityProvider;
  let plugboard: Plugboard;
  beforeAll(async () => {
    provider = await startIdentityProvider();
    plugboard = await startPlugboard(await databases.migrated(), providerSettings(provider));
    await plugboard.call('PUT /api/v1/me/sign-in', { body: ada });
    const browser = browse(plugboard);
    await signInAtProvider(browser, provider);
    await browser.send('/sign-in/oidc/tie', ada);
    return () => provider.stop();
  });

  it.each(away)('%j leads to the front page', async (to) => {
    covers('pages/own-path');
    const query = `?${new URLSearchParams({ to })}`;
    const browser = browse(plugboard);
    for (const path of ['/sign-in', '/sign-out', '/first-run']) {
      const { text, to: next = '' } = await browser.open(`${path}${query}`);
      expect(`${text}${decodeURIComponent(next)}`).not.toContain('evil');
    }
    expect((await signInAtProvider(browse(plugboard), provider, { to: query })).to).toBe('/');
  });

  it('a form that was filled in elsewhere leads to the front page, too', async () => {
    covers('pages/own-path');
    const to = '//evil.example';
    const browser = browse(plugboard);
    expect((await browser.send('/sign-in', { ...ada, to })).to).toBe('/');
    expect((await browser.open(`/sign-out?to=${to}`)).text).toContain('href="/"');
    expect((await browser.send('/sign-out', { to })).to).toBe('/sign-in');
    expect((await browser.send('/sign-in', { ...ada, password: 'wrong', to })).text).not.toContain('evil');
  });

  it('what decides the address of the provider’s way back is PLUGBOARD_PUBLIC_URL, whatever a request says of itself', async () => {
    covers('pages/own-path');
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' };
    const { to = '' } = await browse(plugboard).open('/sign-in/oidc', forged);
    expect(new URL(to).searchParams.get('redirect_uri')).toBe('http://localhost:7400/sign-in/oidc/callback');
    expect((await browse(plugboard).open('/sign-in/oidc', { host: 'evil.example' })).status).toBe(400);
  });
});
