import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { isRecord } from '../../server/src/lib/json.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { type GithubOauth, startGithubOauth } from '../emulators/oauth/github.ts';
import { acmeManifest } from '../support/acme.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { hasChromium, openPage } from '../support/chromium.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { newDatabases } from '../support/databases.ts';
import { freePort } from '../support/free-port.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { oauthConnector } from '../support/oauth-connector.ts';
import { type OidcServer, startOidc } from '../support/oidc.ts';
import { type ProtectedMcp, startProtectedMcp } from '../support/protected-mcp.ts';

const owner = { email: 'ada@example.com', password: 'correct horse battery staple' };

describe.skipIf(!hasChromium)('a person and an app connect an account, in a real browser (needs chromium)', () => {
  const databases = newDatabases('sqlite');
  const folder = catalogFolder({ acme: '', 'github-emulated': '' });
  let plugboard: ListeningPlugboard;
  let acme: OidcServer;
  let github: GithubOauth;
  let notes: ProtectedMcp;
  let ours: string;
  let page: Page;

  beforeAll(async () => {
    const port = await freePort();
    ours = `http://127.0.0.1:${port}`;
    const back = `${ours}/api/v1/connections/oauth/callback`;
    [acme, github, notes] = await Promise.all([
      startOidc({ redirectUris: [back] }),
      startGithubOauth({ redirectUri: back }),
      startProtectedMcp(),
    ]);
    writeFileSync(join(folder, 'acme/connector.yaml'), acmeManifest(acme));
    writeFileSync(join(folder, 'github-emulated/connector.yaml'), oauthConnector('github', github.url));
    const apps = [
      ['acme', acme.client],
      ['github-emulated', github.app],
    ] as const;
    const oauthApps = new Map(
      apps.map(([id, { clientId, clientSecret }]) => [id, { clientId, clientSecret: new Secret(clientSecret) }]),
    );
    const egressAllow: string[] = ['127.0.0.1'];
    const options = { port, publicUrl: ours, catalogDirs: [folder], oauthApps, egressAllow };
    plugboard = await startListening(await databases.migrated(), options);
    page = await openPage();
    return async () => {
      await Promise.all([acme.stop(), github.stop(), notes.stop()]);
    };
  });

  /** A key that may connect things, and may not answer for a browser. */
  const appKey = () =>
    plugboard.mint({ kind: 'app', scopes: ['connections:read', 'connections:write', 'tools:read', 'tools:call'] });
  const record = async (id: string) => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();

  it('whom an app sends here signs in first, is asked, and sees whose account came before it counts', async () => {
    covers('004/callback', 'pages/first-run', 'pages/sign-in');
    const started = await plugboard.call('POST /api/v1/connections', {
      key: await appKey(),
      body: { connectorSlug: 'acme', label: 'From an app' },
    });
    const link = String(started.body['oauthUrl']);
    expect(link.startsWith(`${ours}/connect/`)).toBe(true);
    const id = idIn(started.body['connection']);
    await page.goto(link);
    await page.getByLabel('Admin key').fill(plugboard.adminKey);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('E-mail address').fill(owner.email);
    await page.getByLabel('Password').fill(owner.password);
    await press('Set up and sign in');
    await page.getByRole('button', { name: 'Continue to Acme' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain('read');
    await press('Continue to Acme');
    await page.getByLabel('User').fill('ann');
    await press('Allow');
    await page.getByRole('button', { name: 'Yes, connect it' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(await page.getByRole('main').textContent()).toContain('ann');
    expect(await record(id)).toMatchObject({ status: 'pending', account: null });
    await press('Yes, connect it');
    await page.getByText('You can close this window').waitFor();
    expect(await record(id)).toMatchObject({ status: 'connected', account: 'ann', label: 'From an app' });
    const called = await plugboard.call(`POST /api/v1/connections/${id}/tools/whoami/call`, {
      body: { arguments: {} },
    });
    expect(called.body).toMatchObject({ status: 'ok', output: { sub: 'ann' } });
  });

  it('another account is thrown away by a press of the other button', async () => {
    covers('004/callback');
    const started = await plugboard.call('POST /api/v1/connections', {
      key: await appKey(),
      body: { connectorSlug: 'acme', label: 'Wrong account' },
    });
    await page.goto(String(started.body['oauthUrl']));
    await press('Continue to Acme');
    await page.getByRole('button', { name: 'No, discard it' }).waitFor();
    await press('No, discard it');
    await page.getByText('Nothing was connected').waitFor();
    expect(await record(idIn(started.body['connection']))).toMatchObject({ status: 'pending' });
  });

  it('GitHub, signed in to and seen through its own API', async () => {
    covers('004/callback', '004/oauth-start');
    const opened = page.waitForURL(`${github.url}/**`);
    await page.goto(`${ours}/api/v1/connections/oauth/start?slug=github-emulated&label=Octo`);
    await opened;
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('ann-opens-up');
    await press('Sign in');
    await press(/Allow/);
    await press('Yes, connect it');
    await page.getByText('You can close this window').waitFor();
    const listed: unknown = await (await page.request.get(`${ours}/api/v1/connections`)).json();
    const octo = [listed].flat().find((each) => isRecord(each) && each['label'] === 'Octo');
    expect(octo).toMatchObject({ status: 'connected', account: 'ann' });
    expect(github.requests('GET', '/user')).not.toEqual([]);
  });

  it('an MCP server that wants to know who asks', async () => {
    covers('001/mcp-oauth-next', '004/callback');
    const added = await plugboard.call('POST /api/v1/integrations', {
      body: { name: 'Notes', transport: 'streamable-http', endpoint: notes.endpoint, auth_mode: 'mcp_oauth' },
    });
    const id = String(added.body['id']);
    const begun = await plugboard.call(`POST /api/v1/connections/${id}/oauth`, { key: await appKey() });
    await page.goto(String(begun.body['oauthUrl']));
    await press(/^Continue to/);
    await page.getByLabel('User').fill('bob');
    await press('Allow');
    await press('Yes, connect it');
    await page.getByText('You can close this window').waitFor();
    const call = `POST /api/v1/connections/${id}/tools/echo/call`;
    const called = await plugboard.call(call, { body: { arguments: { message: 'Hello' } } });
    expect(called.body).toMatchObject({ status: 'ok' });
    expect(notes.callers).toEqual(['bob']);
  });
});
