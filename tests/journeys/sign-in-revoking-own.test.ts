import { beforeAll, expect, it, vi } from 'vitest';
import { type GithubOauth, startGithubOauth } from '../emulators/oauth/github.ts';
import type { OauthEmulator } from '../emulators/oauth/emulator.ts';
import { type SlackOauth, startSlackOauth } from '../emulators/oauth/slack.ts';
import { walkThrough } from '../emulators/oauth/walk-through.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { callback, confirm, ours, pathOf } from '../support/acme.ts';
import { type Browsing, browse } from '../support/browsing.ts';
import { idIn } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { emulatedId, oauthCatalog } from '../support/oauth-connector.ts';
import { addPerson, type Person } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const hourMs = 3_600_000;

describeOnDatabases('providers that revoke in a way of their own (004)', ({ migrated }) => {
  const clock = heldClock();
  let github: GithubOauth;
  let slack: SlackOauth;
  let plugboard: Plugboard;
  let person: Person;
  let browser: Browsing;

  beforeAll(async () => {
    github = await startGithubOauth({ redirectUri: callback });
    slack = await startSlackOauth({ redirectUri: callback, rotate: true, now: () => clock.now() });
    plugboard = await startPlugboard(await migrated(), {
      clock,
      catalogDirs: [oauthCatalog({ github: github.url, slack: slack.url })],
      oauthApps: new Map([
        [emulatedId('github'), secretly(github.app)],
        [emulatedId('slack'), secretly(slack.app)],
      ]),
    });
    person = await addPerson(plugboard, 'MEMBER');
    browser = browse(plugboard);
    for (const cookie of (await person.browse(ours)).split('; ')) browser.put(cookie);
    return async () => void (await Promise.all([github.stop(), slack.stop()]));
  });

  const call = (operation: string, body?: object) =>
    plugboard.call(operation, { key: person.token, ...(body && { body }) });
  const connect = async (connector: string, label: string): Promise<string> => {
    const wish = { connectorSlug: emulatedId(connector), authMode: 'byo_oauth', label };
    const begun = await call('POST /api/v1/connections', wish);
    expect(begun.status, begun.text).toBe(201);
    const arrived = await browser.open(pathOf(await walkThrough(String(begun.body['oauthUrl']))));
    await confirm(browser, arrived.to === undefined ? arrived : await browser.open(arrived.to));
    const id = idIn(begun.body['connection']);
    expect((await call(`GET /api/v1/connections/${id}`)).body).toMatchObject({ status: 'connected', account: 'ann' });
    return id;
  };
  const revoked = (id: string) =>
    vi.waitFor(async () => {
      const events = await plugboard.call(`GET /api/v1/events?subject=connection:${id}`);
      expect(events.text).toContain('connection.revoked_at_provider');
    });
  const newest = ({ grants }: OauthEmulator) => {
    const token = [...grants.tokens.values()].findLast(({ kind }) => kind === 'access');
    return token ?? expect.fail('No token was handed out.');
  };

  it('as GitHub does: the app proves itself, and this token alone is over', async () => {
    covers('004/delete-at-provider');
    const id = await connect('github', 'Octo');
    const token = newest(github);
    expect((await call(`DELETE /api/v1/connections/${id}`)).body).toEqual({ deleted: true });
    await revoked(id);
    expect([token.ended, token.grant.ended]).toEqual([true, false]);
    const asked = github.requests('DELETE');
    expect(asked).toMatchObject([{ path: `/applications/${github.app.clientId}/token`, status: 204 }]);
    expect(asked[0]?.path).not.toContain(token.value);
  });

  it('is told again where it was away', async () => {
    covers('004/delete-at-provider');
    const id = await connect('github', 'Away');
    const before = github.requests('DELETE').length;
    github.next('unavailable', 'rate_limit');
    await call(`DELETE /api/v1/connections/${id}`);
    await vi.waitFor(() => expect(github.requests('DELETE').length).toBeGreaterThan(before));
    await vi.waitFor(
      () => {
        clock.forward(60_000);
        expect(newest(github).ended).toBe(true);
      },
      { timeout: 20_000, interval: 300 },
    );
    await revoked(id);
  });

  it('as Slack does: the token gives itself up', async () => {
    covers('004/delete-at-provider');
    const id = await connect('slack', 'Talk');
    const token = newest(slack);
    await call(`DELETE /api/v1/connections/${id}`);
    await revoked(id);
    expect(token.ended).toBe(true);
    const [asked] = slack.requests('POST', '/api/auth.revoke');
    expect(asked).toMatchObject({ path: '/api/auth.revoke', headers: { authorization: `Bearer ${token.value}` } });
  });

  it('has Slack’s rotated tokens read where they stand: under the person at first, later at the top', async () => {
    covers('renewal/rotation');
    const id = await connect('slack', 'Rotating');
    const used = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const answer = await call(`POST /api/v1/connections/${id}/tools/list_channels/call`, { arguments: {} });
      expect(answer.body, answer.text).toMatchObject({ status: 'ok', output: { items: [{ name: 'general' }] } });
      used.add(slack.requests('GET', '/api/conversations.list').at(-1)?.headers['authorization'] ?? '');
      clock.forward(12 * hourMs);
    }
    expect(used.size).toBe(3);
    expect([...used].every((header) => header.startsWith('Bearer xoxe.xoxp-'))).toBe(true);
    expect(slack.requests('POST', '/api/oauth.v2.access').length).toBeGreaterThanOrEqual(3);
  });
});

function secretly({ clientId, clientSecret }: OauthEmulator['app']) {
  return { clientId, clientSecret: new Secret(clientSecret) };
}
