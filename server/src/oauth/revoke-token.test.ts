import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { freePort } from '../../../tests/support/free-port.ts';
import {
  json,
  openDoor,
  serverFor,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../../../tests/support/oauth-door.ts';
import type { oauthSchema } from '../catalog/format/oauth.ts';
import { Secret } from '../lib/secret.ts';
import { revokeToken } from './revoke-token.ts';

const door = openDoor();
let endpoint: TokenEndpoint;

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
});
beforeEach(() => {
  endpoint.answer = json({});
});
afterAll(async () => {
  await endpoint.stop();
  await door.close();
});

const client = { clientId: 'the:client', clientSecret: new Secret('s3cret-of+ours') };
const [refreshToken, accessToken] = [new Secret('the-refresh-token'), new Secret('the-access-token')];
const all = { client, refreshToken, accessToken };

type Block = z.input<typeof oauthSchema>;

function serverWith(more: Partial<Block>, config: Readonly<Record<string, string>> = {}) {
  return serverFor({ authorization_url: 'https://as.example/a', token_url: endpoint.url, ...more }, config);
}

function own(request: Partial<NonNullable<Block['revocation']>> = {}, config: Readonly<Record<string, string>> = {}) {
  return serverWith({ revocation: { url: `${endpoint.url}/revoke`, ...request } }, config);
}

describe('by RFC 7009', () => {
  it('has the refresh token go first, and then the access token: a server need not end that one with it', async () => {
    const before = endpoint.asked.length;
    const server = serverWith({ revocation_url: endpoint.url });
    expect(await revokeToken(door, server, all)).toEqual({ ok: true });
    const forms = endpoint.asked.slice(before).map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    expect(forms).toEqual([
      { token: 'the-refresh-token', token_type_hint: 'refresh_token' },
      { token: 'the-access-token', token_type_hint: 'access_token' },
    ]);
  });

  it('is done where one of them is over, and is to be said again where one was not heard', async () => {
    const server = serverWith({ revocation_url: endpoint.url });
    const statuses = (refresh: number, access: number) => {
      endpoint.answer = (response) =>
        json({}, endpoint.form()['token'] === refreshToken.reveal() ? refresh : access)(response);
    };
    statuses(400, 400);
    expect(await revokeToken(door, server, all)).toEqual({ ok: false, message: expect.any(String) });
    statuses(200, 400);
    expect(await revokeToken(door, server, all)).toEqual({ ok: true });
    statuses(200, 503);
    expect(await revokeToken(door, server, all)).toMatchObject({ unreachable: true });
  });

  it('has nothing to say where there is no token, or no address', async () => {
    const before = endpoint.asked.length;
    expect(await revokeToken(door, serverWith({ revocation_url: endpoint.url }), { client })).toMatchObject({
      ok: false,
    });
    expect(await revokeToken(door, serverWith({}), all)).toMatchObject({ ok: false });
    expect(endpoint.asked).toHaveLength(before);
  });
});

describe('in a way of its own', () => {
  it('is one request, with the proof of the app and the token where the manifest puts it', async () => {
    const before = endpoint.asked.length;
    const server = own(
      {
        method: 'DELETE',
        url: `${endpoint.url}/apps/\${field.client_id}/\${field.org}`,
        query: { v: '2', none: '${field.none}' },
        headers: { 'Api-Version': '${field.org}' },
        proof: 'client',
        body: { access_token: '${field.access_token}', refresh: '${field.refresh_token}', all: true },
      },
      { org: 'acme' },
    );
    expect(await revokeToken(door, server, all)).toEqual({ ok: true });
    expect(endpoint.asked).toHaveLength(before + 1);
    const asked = endpoint.asked.at(-1);
    expect(asked).toMatchObject({
      method: 'DELETE',
      path: '/token/apps/the%3Aclient/acme',
      query: { v: '2' },
      headers: { 'api-version': 'acme', 'content-type': 'application/json', accept: 'application/json' },
    });
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      access_token: 'the-access-token',
      refresh: 'the-refresh-token',
      all: true,
    });
    const proof = Buffer.from(asked?.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(proof).toBe('the%3Aclient:s3cret-of%2Bours');
  });

  it('may be a form, and may be proven by the token itself', async () => {
    await revokeToken(door, own({ proof: 'token', body: { id: '${field.client_id}' }, body_type: 'form' }), {
      client,
      accessToken,
    });
    expect(endpoint.asked.at(-1)?.headers).toMatchObject({ authorization: 'Bearer the-access-token' });
    expect(endpoint.form()).toEqual({ id: 'the:client' });
  });

  it.each<readonly [string, Parameters<typeof own>[0], object]>([
    ['the access token', { proof: 'token' }, { refreshToken }],
    ['the refresh token', { body: { token: '${field.refresh_token}' } }, { accessToken }],
    ['any token', { headers: { x: '${field.access_token}' } }, {}],
  ])('is not sent without %s', async (_what, request, tokens) => {
    const before = endpoint.asked.length;
    const outcome = await revokeToken(door, own(request), { client, ...tokens });
    expect(outcome).toEqual({ ok: false, message: expect.stringContaining('no token') });
    expect(endpoint.asked).toHaveLength(before);
  });

  it('is heard only where the answer says so, in words without ours', async () => {
    const server = own({ proof: 'token', expect_json: [{ path: 'ok', equals: true }], message: ['reason', 'error'] });
    endpoint.answer = json({ ok: true });
    expect(await revokeToken(door, server, all)).toEqual({ ok: true });
    endpoint.answer = json({ ok: false, reason: 'the-access-token of s3cret-of+ours is over' });
    const refused = await revokeToken(door, server, all);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('is over') });
    expect(JSON.stringify(refused)).not.toMatch(/the-access-token|s3cret/);
    endpoint.answer = (response) => response.writeHead(200).end('<html>Hello</html>');
    expect(await revokeToken(door, server, all)).toMatchObject({ ok: false });
  });

  it.each([429, 500, 503])('may be tried again after %i', async (status) => {
    endpoint.answer = json({ message: 'Later' }, status);
    expect(await revokeToken(door, own({ proof: 'token' }), all)).toMatchObject({ unreachable: true });
  });

  it('may be tried again where nobody answers, and follows no redirect', async () => {
    const dead = own({ proof: 'token', url: `http://127.0.0.1:${await freePort()}/` });
    expect(await revokeToken(door, dead, all)).toMatchObject({ unreachable: true });
    const before = endpoint.asked.length;
    endpoint.answer = (response) => response.writeHead(302, { location: `${endpoint.url}/elsewhere` }).end();
    expect(await revokeToken(door, own({ proof: 'token' }), all)).toMatchObject({ ok: false });
    expect(endpoint.asked).toHaveLength(before + 1);
  });

  it('holds no value that could end a header', async () => {
    const server = own({ proof: 'token', headers: { x: '${field.org}' } }, { org: 'a\r\nx: y' });
    expect(await revokeToken(door, server, all)).toMatchObject({ ok: false, message: expect.stringContaining('org') });
  });
});
