import { afterAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage } from '../../support/chromium.ts';
import type { OauthEmulator } from './emulator.ts';
import { startGithubOauth } from './github.ts';
import { startGoogleOauth } from './google.ts';
import { startSalesforceOauth } from './salesforce.ts';
import { startSlackOauth } from './slack.ts';

const redirectUri = 'http://127.0.0.1:9/callback';
const started: OauthEmulator[] = [];
afterAll(() => Promise.all(started.map((emulator) => emulator.stop())));

const pkce = { code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' };
const providers = [
  { name: 'GitHub', start: startGithubOauth, path: '/login/oauth/authorize', more: { scope: 'repo', ...pkce } },
  { name: 'Google', start: startGoogleOauth, path: '/o/oauth2/v2/auth', more: { scope: 'openid', ...pkce } },
  { name: 'Slack', start: startSlackOauth, path: '/oauth/v2/authorize', more: { user_scope: 'search:read' } },
  {
    name: 'Salesforce',
    start: startSalesforceOauth,
    path: '/services/oauth2/authorize',
    more: { scope: 'api', ...pkce },
  },
];

describe.skipIf(!hasChromium).each(providers)('the pages of $name, in Chromium', ({ start, path, more }) => {
  it('let somebody in who signs in and says yes', async () => {
    const emulator = await start({ redirectUri });
    started.push(emulator);
    const app = { client_id: emulator.app.clientId, redirect_uri: redirectUri };
    const params = new URLSearchParams({ response_type: 'code', state: 's', ...app, ...more });
    const page = await openPage();
    await page.goto(`${emulator.url}${path}?${params}`);
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('ann-opens-up');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Ann Example').waitFor();
    const back = page.waitForRequest((request) => request.url().startsWith(redirectUri));
    await page.getByRole('button', { name: 'Allow' }).click({ noWaitAfter: true });
    const code = new URL((await back).url()).searchParams.get('code');
    expect(emulator.grants.codes.has(code ?? '')).toBe(true);
    await page.context().close();
  });
});
