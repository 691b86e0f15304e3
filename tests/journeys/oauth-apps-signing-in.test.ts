import { beforeAll, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { type GoogleOauth, startGoogleOauth } from '../emulators/oauth/google.ts';
import { type Walk, walkThrough } from '../emulators/oauth/walk-through.ts';
import { type Browsing, browse } from '../support/browsing.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { emulatedId, oauthCatalog, oauthConnector } from '../support/oauth-connector.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const connectorSlug = emulatedId('google-calendar');
const redirectUri = 'http://localhost:7400/api/v1/connections/oauth/callback';

describeOnDatabases('signing in with an OAuth app', ({ migrated }) => {
  let plugboard: Plugboard;
  let google: GoogleOauth;
  let evil: GoogleOauth;
  let person: Person;
  let browser: Browsing;

  beforeAll(async () => {
    google = await startGoogleOauth({ redirectUri });
    evil = await startGoogleOauth({ redirectUri });
    const manifest = (as: string, { url }: GoogleOauth) => oauthConnector('google-calendar', url, { as });
    const others = { 'for-all': manifest('for-all', google), 'look-alike': manifest('look-alike', evil) };
    plugboard = await startPlugboard(await migrated(), {
      catalogDirs: [oauthCatalog({ 'google-calendar': google.url }), catalogFolder(others)],
      oauthApps: new Map([['for-all', secretly(google.app)]]),
    });
    person = await addPerson(plugboard, 'MEMBER');
    browser = browse(plugboard);
    for (const cookie of (await person.browse('http://localhost:7400')).split('; ')) browser.put(cookie);
    return async () => void (await Promise.all([google.stop(), evil.stop()]));
  });

  const start = (more: object = {}) =>
    plugboard.call('POST /api/v1/connections', { key: person.token, body: { connectorSlug, ...more } });
  const setApp = ({ clientId, clientSecret } = google.app) =>
    plugboard.call(`PUT /api/v1/oauth-apps/${connectorSlug}`, {
      body: { client_id: clientId, client_secret: clientSecret },
    });
  const finish = async (oauthUrl: unknown, walk: Walk = {}) => {
    const back = await walkThrough(String(oauthUrl), walk);
    const page = await browser.open(`${back.pathname}${back.search}`);
    const shown = page.to === undefined ? page : await browser.open(page.to);
    const form = /action="([^"]*\/confirm)"/.exec(shown.text)?.[1] ?? '';
    return browser.send(form, { accept: 'yes' });
  };

  it('is refused in words where there is none, and nothing is made', async () => {
    covers('apps/missing');
    for (const answer of [
      await start(),
      await plugboard.call(`POST /api/v1/connectors/${connectorSlug}/install?workspace_id=default`, { body: {} }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST' } } });
      for (const part of [
        'PLUGBOARD_OAUTH_GOOGLE_CALENDAR_EMULATED_CLIENT_ID',
        `oauth-apps/${connectorSlug}`,
        redirectUri,
      ])
        expect(answer.text).toContain(part);
    }
    expect((await plugboard.call('GET /api/v1/connections?scope=workspace')).body['items']).toEqual([]);
  });

  it('of the workspace sends its secret to the token endpoint alone', async () => {
    covers('apps/in-force', 'apps/named-addresses');
    expect((await setApp()).status).toBe(200);
    const started = await start({ label: 'Of the workspace' });
    expect(started.status).toBe(201);
    expect(String(started.body['oauthUrl'])).toContain(`client_id=${google.app.clientId}`);
    await finish(started.body['oauthUrl']);
    const id = idIn(started.body['connection']);
    const record = await plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token });
    expect(record.body).toMatchObject({ status: 'connected', account: 'ann@example.com' });
    const told = google.ledger.filter((entry) => JSON.stringify(entry).includes(google.app.clientSecret));
    expect(new Set(told.map(({ path }) => path))).toEqual(new Set(['/token']));
  });

  it('of a connection counts before the workspace’s', async () => {
    covers('apps/own-first');
    const { clientId, clientSecret } = google.register('Of the connection', redirectUri);
    const fields = { client_id: clientId, client_secret: clientSecret };
    const started = await start({ label: 'With its own', fields });
    expect(String(started.body['oauthUrl'])).toContain(`client_id=${clientId}`);
    await finish(started.body['oauthUrl']);
    const record = await plugboard.call(`GET /api/v1/connections/${idIn(started.body['connection'])}`, {
      key: person.token,
    });
    expect(record.body).toMatchObject({ status: 'connected' });
    expect(record.text).not.toContain(clientSecret);
  });

  it('of the installation is for its own connector, at its own addresses: nobody else learns of it', async () => {
    covers('apps/look-alike', 'apps/named-addresses');
    const ours = await start({ connectorSlug: 'for-all', label: 'Of the installation' });
    expect(String(ours.body['oauthUrl'])).toContain(`client_id=${google.app.clientId}`);
    await finish(ours.body['oauthUrl']);

    expect(await start({ connectorSlug: 'look-alike' })).toMatchObject({ status: 400 });
    const named = await plugboard.call(`POST /v1/tools/connectors/for-all/connect`, {
      key: person.token,
      body: { name: 'Redirected', target_system_servers: [{ url: `${evil.url}/calendar/v3` }] },
    });
    const page = new URL(String(named.body['connector_page_url'])).pathname;
    const refused = await browser.send(page, {});
    expect(refused.text).toContain('is for other addresses than this connection names');
    expect(refused.to).toBeUndefined();
    expect(evil.ledger).toEqual([]);
    expect(evil.grants.codes.size).toBe(0);
  });

  it('is asked for by install, which hands out the address to open', async () => {
    covers('001/install-byo-oauth');
    const installed = await plugboard.call(`POST /api/v1/connectors/${connectorSlug}/install?workspace_id=default`, {
      body: { name: 'For everybody' },
    });
    expect(installed).toMatchObject({ status: 201, body: { next_step: 'oauth' } });
    expect(String(installed.body['oauth_url'])).toContain(`${google.url}/o/oauth2/v2/auth?`);
    const record = await plugboard.call(`GET /api/v1/connections/${String(installed.body['integration_id'])}`);
    expect(record.body).toMatchObject({ status: 'pending', scope: 'workspace', label: 'For everybody' });
  });
});

function secretly({ clientId, clientSecret }: GoogleOauth['app']) {
  return { clientId, clientSecret: new Secret(clientSecret) };
}
