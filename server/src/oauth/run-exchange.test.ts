import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  aToken,
  exchanging,
  json,
  openDoor,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../../../tests/support/oauth-door.ts';
import { type OidcServer, startOidc } from '../../../tests/support/oidc.ts';
import type { JsonObject } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import { runExchange } from './run-exchange.ts';

const door = openDoor();
let endpoint: TokenEndpoint;
let oidc: OidcServer;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs1 = privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
  oidc = await startOidc();
});
beforeEach(() => {
  endpoint.answer = json(aToken);
});
afterAll(async () => {
  await endpoint.stop();
  await oidc.stop();
  await door.close();
});

function run(block: Parameters<typeof exchanging>[0], config: JsonObject, secrets: Readonly<Record<string, string>>) {
  const opened = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)] as const);
  return runExchange(door, exchanging(block), { config, secrets: Object.fromEntries(opened), publicUrl: '' });
}

describe('client credentials', () => {
  const block = (more: object = {}) => ({
    grant: 'client_credentials' as const,
    token_url: oidc.endpoints.token,
    client_id: '${field.client_id}',
    client_secret: '${field.client_secret}',
    scopes: ['read'],
    ...more,
  });

  it('get a token of a certified server', async () => {
    const { clientId: client_id, clientSecret: client_secret } = oidc.client;
    const outcome = await run(block(), { client_id }, { client_secret });
    expect(outcome).toMatchObject({ ok: true, tokens: { scopes: ['read'], refreshToken: undefined } });
    const token = 'ok' in outcome && outcome.ok ? outcome.tokens.accessToken.reveal() : '';
    expect(await oidc.seeToken(token)).toMatchObject({ clientId: 'plugboard', user: undefined });
  });

  it('that are wrong are the provider’s to refuse', async () => {
    const outcome = await run(block(), { client_id: 'plugboard' }, { client_secret: 'wrong-secret-value' });
    expect(outcome).toMatchObject({ ok: false, error: 'invalid_client' });
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret-value');
  });

  it('go with parameters of the provider’s own, such as an account to act for', async () => {
    const own = {
      token_url: endpoint.url,
      params: { grant_type: 'ignored', account_id: '${field.account}' },
      scopes: [],
    };
    await run(block(own), { client_id: 'id', account: 'acme' }, { client_secret: 'x' });
    expect(endpoint.form()).toEqual({ grant_type: 'client_credentials', account_id: 'acme' });
  });

  it('that are missing are asked for, not sent', async () => {
    const before = endpoint.asked.length;
    const wrong = { ok: false, error: 'invalid_request' };
    expect(await run(block({ token_url: endpoint.url }), {}, {})).toMatchObject(wrong);
    expect(await run(block({ token_url: endpoint.url }), { client_id: '' }, {})).toMatchObject(wrong);
    expect(await run(block({ token_url: 'https://${field.tenant}.example/t' }), { client_id: 'id' }, {})).toMatchObject(
      { ok: false },
    );
    expect(endpoint.asked).toHaveLength(before);
  });
});

describe('a signed assertion', () => {
  const assertion = {
    algorithm: 'RS256' as const,
    key: '${field.key}',
    key_id: '${field.key_id}',
    claims: { iss: '${field.email}', scope: 'a b', aud: 'https://as.example/token' },
    lifetime: 600,
    backdate: 60,
  };
  const values = { email: 'robot@acme.example', key_id: 'k1' };
  const verify = (jwt = '', key: KeyObject = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }))) =>
    jwtVerify(jwt, key);

  it('is sent for a token (RFC 7523 §2.1), and no two are the same', async () => {
    const block = { grant: 'jwt_bearer' as const, token_url: endpoint.url, scopes: ['a'], assertion };
    expect(await run(block, values, { key: pkcs1 })).toMatchObject({ ok: true });
    expect(endpoint.form()).toMatchObject({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', scope: 'a' });
    expect(endpoint.form()).not.toHaveProperty('client_id');
    const { payload, protectedHeader } = await verify(endpoint.form()['assertion']);
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    expect(payload).toMatchObject({ iss: 'robot@acme.example', scope: 'a b', aud: 'https://as.example/token' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(660);
    await run(block, values, { key: pkcs1 });
    expect((await verify(endpoint.form()['assertion'])).payload.jti).not.toBe(payload.jti);
  });

  it('gets an installation token of a GitHub App: a request of its own, 201, a date', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    endpoint.answer = json({ token: 'ghs_0123456789', expires_at, permissions: { issues: 'write' } }, 201);
    const block = {
      grant: 'request' as const,
      url: `${endpoint.url}/app/installations/\${field.installation}/access_tokens`,
      headers: { Authorization: 'Bearer ${field.assertion}', 'X-GitHub-Api-Version': '2022-11-28' },
      assertion: { ...assertion, claims: { iss: '${field.app_id}' } },
      answer: { access_token: 'token', expires_in: 'expires_at', expires_unit: 'date' as const },
    };
    const outcome = await run(block, { installation: '42', app_id: '7' }, { key: pkcs1 });
    expect(outcome).toMatchObject({ ok: true, tokens: { expiresAt: Date.parse(expires_at) } });
    const asked = endpoint.asked.at(-1);
    expect(asked).toMatchObject({ method: 'POST', path: '/token/app/installations/42/access_tokens', body: '' });
    const { payload } = await verify(asked?.headers.authorization?.slice('Bearer '.length));
    expect(payload).toMatchObject({ iss: '7' });
  });

  it.each([
    ['is no key', 'none of it'],
    [
      'is of another kind',
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ],
    [
      'is too short',
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .privateKey.export({ format: 'pem', type: 'pkcs8' })
        .toString(),
    ],
  ])('is not made with a key that %s', async (_name, key) => {
    const before = endpoint.asked.length;
    const block = { grant: 'jwt_bearer' as const, token_url: endpoint.url, assertion };
    const outcome = await run(block, values, { key });
    expect(outcome).toMatchObject({ ok: false, error: 'invalid_request', message: expect.stringMatching(/key/) });
    expect(endpoint.asked).toHaveLength(before);
  });

  it.each(['ES256', 'EdDSA', 'PS256', 'HS256'] as const)('is made with %s', async (algorithm) => {
    const pair = {
      ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      EdDSA: () => generateKeyPairSync('ed25519'),
      PS256: () => ({ privateKey, publicKey }),
      HS256: () => undefined,
    }[algorithm]();
    const key =
      pair?.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString().trim().replaceAll('\n', ' ') ??
      'a shared secret of some length';
    const block = { grant: 'jwt_bearer' as const, token_url: endpoint.url, assertion: { ...assertion, algorithm } };
    expect(await run(block, values, { key })).toMatchObject({ ok: true });
    const checked = pair === undefined ? Buffer.from(key) : pair.publicKey;
    expect((await jwtVerify(endpoint.form()['assertion'] ?? '', checked)).protectedHeader.alg).toBe(algorithm);
  });
});

describe('a request of the provider’s own', () => {
  const block = {
    grant: 'request' as const,
    url: '',
    query: { tenant: '${field.tenant}' },
    body: { user: '${field.user}', password: '${field.password}', remember: true, none: '${field.none}' },
    answer: {
      access_token: 'data.session.token',
      expires_in: 'data.session.ttl',
      expires_unit: 'milliseconds' as const,
      expect_json: [{ path: 'ok', equals: true }],
      message: 'reason',
    },
    captures: { base: { path: 'data.base', pattern: 'https://[a-z]+\\.api\\.example' } },
  };
  const secrets = { password: 'pass word&more' };

  it('signs in with a user and a password, and keeps what comes with the token', async () => {
    endpoint.answer = json({
      ok: true,
      data: { session: { token: 'session-token', ttl: 60_000 }, base: 'https://eu.api.example' },
    });
    const outcome = await run({ ...block, url: endpoint.url }, { user: 'ann', tenant: 'a b' }, secrets);
    expect(outcome).toMatchObject({ ok: true, tokens: { captured: { base: 'https://eu.api.example' } } });
    const asked = endpoint.asked.at(-1);
    expect(asked).toMatchObject({
      method: 'POST',
      query: { tenant: 'a b' },
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ user: 'ann', password: 'pass word&more', remember: true });
  });

  it('may be a form, or have no body at all', async () => {
    await run({ ...block, url: endpoint.url, body_type: 'form' }, { user: 'ann' }, secrets);
    expect(endpoint.asked.at(-1)?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(endpoint.form()).toEqual({ user: 'ann', password: 'pass word&more', remember: 'true' });
    await run({ ...block, url: endpoint.url, method: 'GET' }, {}, secrets);
    expect(endpoint.asked.at(-1)).toMatchObject({ method: 'GET', body: '' });
  });

  it('that says no with 200 is refused in the provider’s words, without ours', async () => {
    endpoint.answer = json({ ok: false, reason: 'pass word&more is wrong' });
    expect(await run({ ...block, url: endpoint.url }, {}, secrets)).toEqual({
      ok: false,
      error: 'refused',
      message: 'The provider refused (200): [redacted] is wrong',
    });
  });
});
