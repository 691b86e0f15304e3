import { beforeAll, expect, it } from 'vitest';
import { type GoogleOauth, startGoogleOauth } from '../emulators/oauth/google.ts';
import { type Walk, walkThrough } from '../emulators/oauth/walk-through.ts';
import { type Browsing, browse } from '../support/browsing.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { emulatedId, oauthCatalog } from '../support/oauth-connector.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const connectorSlug = emulatedId('google-calendar');
const publicUrl = 'http://localhost:7400';
const google = (name: string) => `https://www.googleapis.com/auth/${name}`;
const least = ['openid', google('userinfo.email'), google('calendar.calendarlist.readonly')];
const events = google('calendar.events');
const event = {
  calendar_id: 'primary',
  summary: 'Lunch',
  start: { dateTime: '2026-11-23T12:00:00Z' },
  end: { dateTime: '2026-11-23T13:00:00Z' },
};

/** A page as it is read: without the places where a long word may break. */
const words = ({ text }: { readonly text: string }) => text.replaceAll(/<wbr ?\/?>/g, '');

describeOnDatabases('a tool that needs more than was granted', ({ migrated }) => {
  let plugboard: Plugboard;
  let provider: GoogleOauth;
  let person: Person;
  let browser: Browsing;
  let id: string;
  let page: string;

  beforeAll(async () => {
    provider = await startGoogleOauth({ redirectUri: `${publicUrl}/api/v1/connections/oauth/callback` });
    plugboard = await startPlugboard(await migrated(), {
      catalogDirs: [oauthCatalog({ 'google-calendar': provider.url })],
    });
    const { clientId, clientSecret } = provider.app;
    const body = { client_id: clientId, client_secret: clientSecret };
    await plugboard.call(`PUT /api/v1/oauth-apps/${connectorSlug}`, { body });
    person = await addPerson(plugboard, 'MEMBER');
    browser = await browserOf(person);
    const started = await plugboard.call('POST /api/v1/connections', { key: person.token, body: { connectorSlug } });
    id = idIn(started.body['connection']);
    await finish(started.body['oauthUrl'], { scopes: least });
    return () => provider.stop();
  });

  const browserOf = async (whose: Person): Promise<Browsing> => {
    const own = browse(plugboard);
    for (const cookie of (await whose.browse(publicUrl)).split('; ')) own.put(cookie);
    return own;
  };
  const finish = async (oauthUrl: unknown, walk: Walk = {}) => {
    const back = await walkThrough(String(oauthUrl), walk);
    const came = await browser.open(`${back.pathname}${back.search}`);
    const shown = came.to === undefined ? came : await browser.open(came.to);
    return browser.send(/action="([^"]*\/confirm)"/.exec(shown.text)?.[1] ?? '', { accept: 'yes' });
  };
  const call = (tool: string, args: object = {}, key = person.token) =>
    plugboard.call(`POST /api/v1/connections/${id}/tools/${tool}/call`, { key, body: { arguments: args } });
  const record = async () => (await plugboard.call(`GET /api/v1/connections/${id}`, { key: person.token })).body;
  const asked = () => provider.requests('POST', '/calendar/').length + provider.requests('GET', '/calendar/').length;

  it('is not called, and its answer names a page', async () => {
    covers('scopes/step-up');
    expect(await record()).toMatchObject({ status: 'connected', scopes: least });
    const before = asked();
    const { status, body } = await call('create_event', event);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'rejected',
        reason: 'scope',
        message: expect.stringContaining(`needs more than was granted`),
        connect_url: expect.stringMatching(new RegExp(`^${publicUrl}/connect/${id}~[\\w-]+$`)),
        scopes: [events],
      },
    });
    expect(asked()).toBe(before);
    expect((await plugboard.call('GET /api/v1/approvals', { key: person.token })).text).not.toContain('create_event');
    page = new URL(String(body['connect_url'])).pathname;
  });

  it('leaves alone what was granted', async () => {
    covers('scopes/step-up');
    expect((await call('list_calendars')).body).toMatchObject({ status: 'ok' });
  });

  it('is asked for on that page, which begins nothing by itself and shows all that is asked for', async () => {
    covers('scopes/bounded', 'scopes/step-up');
    const handshakes = async () =>
      plugboard.app.storage.rows.selectFrom('handshakes').select('id').where('connection_id', '=', id).execute();
    const before = await handshakes();
    const shown = await browser.open(page);
    expect(shown.status).toBe(200);
    for (const scope of [...least, events]) expect(words(shown)).toContain(scope);
    expect(await handshakes()).toEqual(before);
    expect(await record()).toMatchObject({ status: 'connected' });
  });

  it('is asked for of nobody else', async () => {
    covers('scopes/bounded');
    const stranger = await browserOf(await addPerson(plugboard, 'OWNER'));
    for (const shown of [await stranger.open(page), await stranger.send(page, {})]) {
      expect(words(shown)).not.toContain(events);
      expect(shown.to).toBeUndefined();
    }
    expect((await browse(plugboard).open(page)).to).toContain('/sign-in');
  });

  it('is asked for as far as the manifest knows it', async () => {
    covers('scopes/bounded');
    const named = Buffer.from(`${google('drive')} ${events}`).toString('base64url');
    const shown = await browser.open(`/connect/${id}~${named}`);
    expect(words(shown)).toContain(events);
    expect(words(shown)).not.toContain(google('drive'));
  });

  it('runs once it was granted, on the same connection', async () => {
    covers('scopes/step-up');
    const before = await record();
    const sent = await browser.send(page, {});
    const asking = new URL(onwards(sent));
    expect(asking.searchParams.get('scope')?.split(' ').toSorted()).toEqual(
      expect.arrayContaining([...least, events].toSorted()),
    );
    expect((await call('list_calendars')).body).toMatchObject({ status: 'ok' });
    await finish(asking.href);
    const { scopes, ...now } = await record();
    expect(now).toMatchObject({ id: before['id'], handle: before['handle'], status: 'connected' });
    expect(scopes).toEqual(expect.arrayContaining([...least, events]));
    expect((await call('create_event', event)).body).toMatchObject({ status: 'needs_approval' });
    expect((await call('list_events', { calendar_id: 'primary' })).body).toMatchObject({ status: 'ok' });
    expect((await browser.open(page)).text).not.toContain('<form method="post" action="/connect/');
  });
});

/** Where a page takes a browser that leaves. */
function onwards({ text }: { readonly text: string }): string {
  const [, address = ''] = /<a href="(https?:[^"]+)"/.exec(text) ?? [];
  return address.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&');
}
