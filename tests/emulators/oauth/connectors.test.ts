import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Connector } from '../../../server/src/catalog/connector.ts';
import { inMode } from '../../../server/src/catalog/meant/in-mode.ts';
import { readFolder } from '../../../server/src/catalog/manifest/read-folder.ts';
import { readManifest } from '../../../server/src/catalog/manifest/read-manifest.ts';
import type { JsonObject } from '../../../server/src/lib/json.ts';
import { Secret } from '../../../server/src/lib/secret.ts';
import { authorizationUrl, newVerifier } from '../../../server/src/oauth/authorization-url.ts';
import { askDeviceCode, pollDeviceCode } from '../../../server/src/oauth/device.ts';
import { exchangeCode } from '../../../server/src/oauth/exchange-code.ts';
import { readCallback } from '../../../server/src/oauth/read-callback.ts';
import { readIdentity } from '../../../server/src/oauth/read-identity.ts';
import { refreshTokens } from '../../../server/src/oauth/refresh-tokens.ts';
import { revokeToken } from '../../../server/src/oauth/revoke-token.ts';
import { runExchange } from '../../../server/src/oauth/run-exchange.ts';
import { serverOf } from '../../../server/src/oauth/server-of.ts';
import type { TokenOutcome, TokenSet } from '../../../server/src/oauth/token-set.ts';
import { openDoor, startTokenEndpoint } from '../../support/oauth-door.ts';
import { oauthConnector } from '../../support/oauth-connector.ts';
import type { OauthEmulator } from './emulator.ts';
import { startGithubOauth } from './github.ts';
import { startGoogleOauth } from './google.ts';
import { startSalesforceOauth } from './salesforce.ts';
import { startSlackOauth } from './slack.ts';
import { walkThrough, type Walk } from './walk-through.ts';

const redirectUri = 'http://127.0.0.1:3999/api/v1/connections/oauth/callback';
const publicUrl = 'http://127.0.0.1:3999';
const door = openDoor();
const started: OauthEmulator[] = [];
afterAll(async () => {
  await Promise.all(started.map((emulator) => emulator.stop()));
  await door.close();
});
const keep = <E extends OauthEmulator>(emulator: E): E => {
  started.push(emulator);
  return emulator;
};

function read(id: string, url: string): Connector {
  const found = readManifest(oauthConnector(id, url), { file: id, source: 'operator' });
  return found.ok ? found.connector : expect.fail(JSON.stringify(found.problems));
}

function serverOfConnector(connector: Connector, config: JsonObject = {}) {
  const found = serverOf(connector, { config, publicUrl });
  return found.ok ? found.server : expect.fail(found.message);
}

function clientOf({ app }: OauthEmulator) {
  return { clientId: app.clientId, clientSecret: new Secret(app.clientSecret) };
}

function tokensOf(outcome: TokenOutcome): TokenSet {
  return 'ok' in outcome && outcome.ok ? outcome.tokens : expect.fail(JSON.stringify(outcome));
}

interface SignIn {
  readonly emulator: OauthEmulator;
  readonly connector: Connector;
  readonly config?: JsonObject;
  readonly walk?: Walk;
}

async function signIn({ emulator, connector, config = {}, walk }: SignIn) {
  const server = serverOfConnector(connector, config);
  const client = clientOf(emulator);
  const verifier = newVerifier();
  const scopes = connector.oauth?.scopes ?? [];
  const state = 'a-state';
  const url = await authorizationUrl(server, { client, redirectUri, state, verifier, scopes });
  const callback = (await walkThrough(url, walk)).searchParams;
  const back = readCallback(server, callback, { state });
  if (!back.ok) return expect.fail(back.message);
  const outcome = await exchangeCode(door, server, { client, code: back.code, verifier, redirectUri, callback });
  const tokens = tokensOf(outcome);
  const headers = { authorization: new Secret(`Bearer ${tokens.accessToken.reveal()}`) };
  const values = { field: { ...config, ...tokens.captured } };
  const question = { tokens, attachment: { headers, query: {} }, values };
  return { server, client, tokens, account: await readIdentity(door, connector.oauth ?? {}, question) };
}

const { connectors } = await readFolder(join(import.meta.dirname, '../../../connectors'), 'built-in');
const signedIn = connectors.filter(({ oauth, exchange, auth_mode }) => oauth ?? exchange ?? auth_mode === 'mcp_oauth');

it.each(signedIn.map(({ id }) => id))('%s speaks to an emulator alone, where it is told to', (id) => {
  const { oauth, exchange, http, verify, mcp } = read(id, 'http://127.0.0.1:9');
  const { setup: _, ...addresses } = oauth ?? {};
  const { scopes: __, ...all } = { ...addresses, exchange: { ...exchange, scopes: [] }, http, verify, mcp };
  expect(
    JSON.stringify(all)
      .match(/https:[^"]*/g)
      ?.filter((text) => !text.includes('/auth/')),
  ).toBeOneOf([undefined, []]);
});

describe('people sign in', () => {
  it('to GitHub, which tells neither an end nor a refresh token', async () => {
    const emulator = keep(await startGithubOauth({ redirectUri }));
    const { tokens, account } = await signIn({ emulator, connector: read('github', emulator.url) });
    expect(account).toBe('ann');
    expect(tokens).toMatchObject({ scopes: ['repo', 'read:user'], expiresAt: undefined, refreshToken: undefined });
  });

  it('to Google, for Calendar, Gmail and Drive', async () => {
    const emulator = keep(await startGoogleOauth({ redirectUri }));
    for (const id of ['google-calendar', 'google-mail', 'google-drive']) {
      const connector = read(id, emulator.url);
      const { server, client, tokens, account } = await signIn({ emulator, connector, walk: { as: 'bob' } });
      expect(account).toBe('bob@example.com');
      expect(tokens.scopes).toEqual(connector.oauth?.scopes);
      const { refreshToken } = tokens;
      if (refreshToken === undefined) return expect.fail('There is no refresh token.');
      const again = tokensOf(await refreshTokens(door, server, { client, refreshToken }));
      expect(again.accessToken.reveal()).not.toBe(tokens.accessToken.reveal());
      const revoked = await revokeToken(door, server, { client, refreshToken });
      expect(revoked).toEqual({ ok: true });
      const refused = await refreshTokens(door, server, { client, refreshToken });
      expect(refused).toMatchObject({ ok: false, error: 'invalid_grant' });
    }
  });

  it('to Slack, whose answers are read where they stand', async () => {
    const emulator = keep(await startSlackOauth({ redirectUri }));
    const { tokens, account } = await signIn({ emulator, connector: read('slack', emulator.url) });
    expect(account).toBe('ann');
    expect(tokens.accessToken.reveal()).toMatch(/^xoxp-/);
    expect(tokens.scopes).toEqual(['channels:read', 'channels:history', 'users:read', 'search:read']);
  });

  it('to Slack, whose tokens may be rotated: fresh ones stand elsewhere', async () => {
    const emulator = keep(await startSlackOauth({ redirectUri, rotate: true }));
    const { server, client, tokens } = await signIn({ emulator, connector: read('slack', emulator.url) });
    expect(tokens.accessToken.reveal()).toMatch(/^xoxe\.xoxp-/);
    let last = tokens;
    for (let round = 0; round < 2; round += 1) {
      const { refreshToken } = last;
      if (refreshToken === undefined) return expect.fail('There is no refresh token.');
      last = tokensOf(await refreshTokens(door, server, { client, refreshToken }));
      expect(last).toMatchObject({ scopes: tokens.scopes, expiresAt: expect.any(Number) });
      expect(last.refreshToken?.reveal()).not.toBe(refreshToken.reveal());
    }
    expect(last.accessToken.reveal()).not.toBe(tokens.accessToken.reveal());
  });

  it('to Salesforce, which names the organization', async () => {
    const emulator = keep(await startSalesforceOauth({ redirectUri, rotate: true }));
    const connector = read('salesforce', emulator.url);
    const { server, client, tokens, account } = await signIn({ emulator, connector, config: { login: 'login' } });
    expect(account).toBe('ann@example.com');
    expect(tokens.captured).toEqual({ instance_url: emulator.instanceUrl });
    const { refreshToken } = tokens;
    if (refreshToken === undefined) return expect.fail('There is no refresh token.');
    const again = tokensOf(await refreshTokens(door, server, { client, refreshToken }));
    expect(again.refreshToken?.reveal()).not.toBe(refreshToken.reveal());
  });

  it('refuses an organization that is somewhere else', async () => {
    const emulator = keep(await startSalesforceOauth({ redirectUri }));
    emulator.moveTo('https://evil.example');
    const connector = read('salesforce', emulator.url);
    await expect(signIn({ emulator, connector, config: { login: 'login' } })).rejects.toThrow('instance_url');
  });

  it('to GitHub by a code for another device', async () => {
    const emulator = keep(await startGithubOauth());
    const connector = read('github', emulator.url);
    const [server, client] = [serverOfConnector(connector), clientOf(emulator)];
    const asked = await askDeviceCode(door, server, { client, scopes: ['repo'] });
    if (!('ok' in asked && asked.ok)) return expect.fail(JSON.stringify(asked));
    const [userCode = ''] = emulator.devices.keys();
    const { deviceCode } = asked.device;
    expect(await pollDeviceCode(door, server, { client, deviceCode })).toBe('pending');
    const form = { username: 'ann', password: 'ann-opens-up', user_code: userCode, decision: 'allow' };
    await fetch(`${emulator.url}/login/device`, { method: 'POST', body: new URLSearchParams(form) });
    const outcome = await pollDeviceCode(door, server, { client, deviceCode });
    expect(typeof outcome === 'string' ? outcome : tokensOf(outcome).scopes).toEqual(['repo']);
  });
});

describe('what was granted is given back', () => {
  it('to GitHub, which ends all of it, and to Slack', async () => {
    const github = keep(await startGithubOauth({ redirectUri }));
    const slack = keep(await startSlackOauth({ redirectUri }));
    for (const [id, emulator] of [
      ['github', github],
      ['slack', slack],
    ] as const) {
      const { server, client, tokens } = await signIn({ emulator, connector: read(id, emulator.url) });
      const { accessToken } = tokens;
      expect(await revokeToken(door, server, { client, accessToken })).toEqual({ ok: true });
      const token = emulator.grants.tokens.get(accessToken.reveal());
      expect(token?.ended === true || token?.grant.ended === true).toBe(true);
      const stranger = { clientId: client.clientId, clientSecret: new Secret('another secret') };
      const twice = await revokeToken(door, server, { client: stranger, accessToken: new Secret('nobody-knows-it') });
      expect(twice).toMatchObject({ ok: false });
    }
  });

  it.each([
    ['notion', {}, { method: 'POST', path: '/v1/oauth/revoke', body: '{"token":"an-access-token"}' }, /^Basic /],
    [
      'zendesk',
      { subdomain: 'acme' },
      { method: 'DELETE', path: '/api/v2/oauth/tokens/current.json', body: '' },
      /^Bearer an-access-token$/,
    ],
  ])('to %s as it wants it', async (...[id, config, request, proof]) => {
    const endpoint = await startTokenEndpoint();
    const server = serverOfConnector(read(id, new URL(endpoint.url).origin), config);
    const client = { clientId: 'us', clientSecret: new Secret('our-secret') };
    expect(await revokeToken(door, server, { client, accessToken: new Secret('an-access-token') })).toEqual({
      ok: true,
    });
    await endpoint.stop();
    expect(endpoint.asked).toMatchObject([{ ...request, headers: { authorization: expect.stringMatching(proof) } }]);
  });
});

describe('values are exchanged for tokens', () => {
  async function exchange(connector: Connector, config: JsonObject, secrets: Readonly<Record<string, string>>) {
    const sealed = Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, new Secret(value)]));
    return tokensOf(await runExchange(door, inMode(connector, 'pat'), { config, secrets: sealed, publicUrl }));
  }

  it('the key of a GitHub App for one of an installation', async () => {
    const emulator = keep(await startGithubOauth());
    const { clientId, installationId, privateKey } = emulator.installApp();
    const config = { app_id: clientId, installation_id: installationId };
    const tokens = await exchange(read('github-app', emulator.url), config, { private_key: privateKey });
    expect(tokens.accessToken.reveal()).toMatch(/^ghs_/);
    expect((tokens.expiresAt ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('the key of a service account of Google', async () => {
    const emulator = keep(await startGoogleOauth());
    const { email, privateKey } = emulator.addServiceAccount();
    for (const id of ['google-calendar', 'google-drive']) {
      const tokens = await exchange(read(id, emulator.url), { service_account: email }, { private_key: privateKey });
      expect(tokens.accessToken.reveal()).toMatch(/^ya29\.c\./);
    }
  });

  it('the key and secret of an app of Salesforce', async () => {
    const emulator = keep(await startSalesforceOauth());
    const { clientId, clientSecret } = emulator.app;
    const connector = read('salesforce', emulator.url);
    const config = { login: 'acme.my', consumer_key: clientId };
    const tokens = await exchange(connector, config, { consumer_secret: clientSecret });
    expect(tokens).toMatchObject({ expiresAt: undefined, captured: { instance_url: emulator.instanceUrl } });
  });
});
