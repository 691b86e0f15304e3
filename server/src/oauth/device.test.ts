import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  json,
  openDoor,
  serverFor,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../../../tests/support/oauth-door.ts';
import { type OidcServer, startOidc } from '../../../tests/support/oidc.ts';
import { Secret } from '../lib/secret.ts';
import { askDeviceCode, pollDeviceCode } from './device.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';

const door = openDoor();
let oidc: OidcServer;
let endpoint: TokenEndpoint;
let server: OauthServer;
let client: OauthClient;

beforeAll(async () => {
  oidc = await startOidc();
  endpoint = await startTokenEndpoint();
  const { authorization, token, device } = oidc.endpoints;
  server = serverFor({ authorization_url: authorization, token_url: token, device_authorization_url: device });
  client = { clientId: oidc.client.clientId, clientSecret: new Secret(oidc.client.clientSecret) };
});
afterAll(async () => {
  await oidc.stop();
  await endpoint.stop();
  await door.close();
});

describe('a code for another device', () => {
  it('waits for the person, and then brings their tokens once', async () => {
    const asked = await askDeviceCode(door, server, { client, scopes: ['openid', 'read'] });
    if (!('ok' in asked) || !asked.ok) throw new Error(asked.message);
    const { device } = asked;
    expect(device).toMatchObject({ userCode: expect.stringMatching(/^\w{4}-\w{4}$/), intervalMs: 5000 });
    expect(device.expiresAt).toBeGreaterThan(Date.now() + 500_000);
    const poll = () => pollDeviceCode(door, server, { client, deviceCode: device.deviceCode });
    expect(await poll()).toBe('pending');
    await oidc.approveDevice(device.verificationUriComplete ?? '', 'bob');
    const outcome = await poll();
    const token = typeof outcome === 'object' && 'ok' in outcome && outcome.ok ? outcome.tokens.accessToken : undefined;
    expect(await oidc.seeToken(token?.reveal() ?? '')).toMatchObject({ user: 'bob', scopes: ['openid', 'read'] });
    expect(await poll()).toMatchObject({ ok: false, error: 'invalid_grant' });
  });

  it('that nobody knows is refused', async () => {
    const polled = await pollDeviceCode(door, server, { client, deviceCode: new Secret('unknown') });
    expect(polled).toMatchObject({ ok: false, error: 'invalid_grant' });
  });

  it('is not offered by every provider', async () => {
    const none = { ...server, deviceAuthorizationUrl: undefined };
    expect(await askDeviceCode(door, none, { client, scopes: [] })).toMatchObject({ ok: false, error: 'unsupported' });
  });
});

describe('the ways of providers', () => {
  const code = { device_code: 'dc', user_code: 'WDJB-MJHT' };
  const there = () =>
    askDeviceCode(door, { ...server, deviceAuthorizationUrl: endpoint.url }, { client, scopes: ['a'] });

  it('Google says verification_url; others write numbers as text, or leave them out', async () => {
    endpoint.answer = json({
      ...code,
      verification_url: 'https://www.google.com/device',
      expires_in: '1800',
      interval: '10',
    });
    expect(await there()).toMatchObject({
      ok: true,
      device: { verificationUri: 'https://www.google.com/device', intervalMs: 10_000 },
    });
    endpoint.answer = json({ ...code, verification_uri: 'https://as.example/device' });
    expect(await there()).toMatchObject({ ok: true, device: { intervalMs: 5000, verificationUriComplete: undefined } });
  });

  it.each([
    ['an address that is no page', { ...code, verification_uri: 'javascript:alert(1)' }],
    ['a code that is no text', { ...code, user_code: 7, verification_uri: 'https://as.example' }],
    ['a code with a line break', { ...code, user_code: 'a\nb', verification_uri: 'https://as.example' }],
    ['no code', { verification_uri: 'https://as.example' }],
  ])('%s is not shown to anybody', async (_name, answer) => {
    endpoint.answer = json(answer);
    expect(await there()).toMatchObject({ ok: false, error: 'malformed' });
  });

  it('drops an address with the code in it that is no page, and keeps waiting times within reason', async () => {
    const odd = { verification_uri_complete: 'data:text/html,x', interval: 9999, expires_in: 1e12 };
    endpoint.answer = json({ ...code, verification_uri: 'https://as.example', ...odd });
    const asked = await there();
    expect(asked).toMatchObject({ ok: true, device: { verificationUriComplete: undefined, intervalMs: 60_000 } });
    expect('ok' in asked && asked.ok && asked.device.expiresAt).toBeLessThan(Date.now() + 3_700_000);
  });

  it('slow_down is told apart, whatever the status', async () => {
    const polled = { ...server, code: { ...server.code, url: endpoint.url } };
    endpoint.answer = json({ error: 'slow_down' });
    expect(await pollDeviceCode(door, polled, { client, deviceCode: new Secret('dc') })).toBe('slow_down');
    endpoint.answer = json({ error: 'expired_token' }, 400);
    expect(await pollDeviceCode(door, polled, { client, deviceCode: new Secret('dc') })).toMatchObject({
      error: 'expired_token',
    });
  });
});
