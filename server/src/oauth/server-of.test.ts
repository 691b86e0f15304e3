import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  aToken,
  json,
  openDoor,
  serverFor,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../../../tests/support/oauth-door.ts';
import { oauthSchema } from '../catalog/format/oauth.ts';
import { Secret } from '../lib/secret.ts';
import { exchangeCode } from './exchange-code.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { serverOf } from './server-of.ts';

const door = openDoor();
let endpoint: TokenEndpoint;
const authorization_url = 'https://as.example/authorize';

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
});
beforeEach(() => {
  endpoint.answer = json(aToken);
});
afterAll(async () => {
  await endpoint.stop();
  await door.close();
});

const client = { clientId: 'the:client', clientSecret: new Secret('s3cret/+%=') };
const exchange = {
  client,
  code: 'the-code',
  verifier: new Secret('v'.repeat(43)),
  redirectUri: 'https://plugboard.example/callback',
  callback: new URLSearchParams(),
};
const refresh = { client, refreshToken: new Secret('the-refresh-token') };

describe('the server of a manifest', () => {
  it('has addresses formed from what the connection knows', () => {
    const server = serverFor(
      {
        authorization_url: 'https://${field.subdomain}.as.example/authorize',
        token_url: 'https://${field.region|default:eu}.as.example/token',
        issuer: 'https://${field.subdomain}.as.example',
      },
      { subdomain: 'acme' },
    );
    expect(server).toMatchObject({
      issuer: 'https://acme.as.example',
      authorization: { url: 'https://acme.as.example/authorize' },
      code: { url: 'https://eu.as.example/token' },
      refresh: { url: 'https://eu.as.example/token' },
      revocationUrl: undefined,
    });
  });

  it.each([
    ['a value is missing', {}],
    ['a value would lead elsewhere', { subdomain: 'evil.example/' }],
    ['a value is an address', { subdomain: 'https://evil.example' }],
  ])('is not there where %s', (_name, config) => {
    const oauth = oauthSchema.parse({
      authorization_url: 'https://${field.subdomain}.as.example/a',
      token_url: 'https://as.example/t',
    });
    const found = serverOf({ oauth, derived: {} }, { config, publicUrl: '' });
    expect(found).toEqual({ ok: false, message: expect.stringMatching(/^subdomain .*\.$/) });
  });

  it('is not there where the manifest names none', () => {
    const none = serverOf({ oauth: undefined, derived: {} }, { config: {}, publicUrl: '' });
    expect(none).toMatchObject({ ok: false });
    const partial = serverOf({ oauth: oauthSchema.parse({}), derived: {} }, { config: {}, publicUrl: '' });
    expect(partial).toMatchObject({ ok: false });
  });
});

describe('a leg', () => {
  it('is a form with Basic, as RFC 6749 has it, where the manifest says nothing', async () => {
    const server = serverFor({ authorization_url, token_url: endpoint.url });
    await exchangeCode(door, server, exchange);
    expect(endpoint.form()).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: exchange.redirectUri,
      code_verifier: exchange.verifier.reveal(),
    });
    const { authorization = '', ...headers } = endpoint.asked.at(-1)?.headers ?? {};
    expect(headers).toMatchObject({ accept: 'application/json', 'user-agent': 'Plugboard' });
    const [id = '', secret = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':');
    expect(id).toBe('the%3Aclient');
    expect(secret).toBe('s3cret/%2B%25=');
  });

  it('has parameters, headers, a body and a proof of its own', async () => {
    const server = serverFor(
      {
        authorization_url,
        token_url: endpoint.url,
        refresh_url: `${endpoint.url}/again`,
        token_params: { audience: 'https://api.example', key: '${field.key}', none: '${field.none}' },
        refresh_params: { flavour: 'again' },
        token_headers: { 'Api-Version': '2026-01-01' },
        client_auth: 'post',
        token_body: 'json',
        refresh_client_auth: 'none',
        refresh_body: 'form',
      },
      {},
      { key: new Secret('a-secret-parameter') },
    );
    await exchangeCode(door, server, exchange);
    expect(endpoint.asked.at(-1)?.headers).toMatchObject({
      'content-type': 'application/json',
      'api-version': '2026-01-01',
    });
    expect(JSON.parse(endpoint.asked.at(-1)?.body ?? '')).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: exchange.redirectUri,
      code_verifier: exchange.verifier.reveal(),
      audience: 'https://api.example',
      key: 'a-secret-parameter',
      client_id: 'the:client',
      client_secret: 's3cret/+%=',
    });
    await refreshTokens(door, server, { ...refresh, scopes: ['a', 'b'] });
    expect(endpoint.asked.at(-1)?.path).toBe('/token/again');
    expect(endpoint.asked.at(-1)?.headers.authorization).toBeUndefined();
    expect(endpoint.form()).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'the-refresh-token',
      flavour: 'again',
      client_id: 'the:client',
      scope: 'a b',
    });
  });

  it('may be written into the address, and may have no verifier', async () => {
    const server = serverFor({
      authorization_url,
      token_url: `${endpoint.url}?v=2`,
      token_body: 'query',
      client_auth: 'post',
      pkce: false,
    });
    const { verifier: _, ...without } = exchange;
    expect(await exchangeCode(door, server, without)).toMatchObject({ ok: true });
    const asked = endpoint.asked.at(-1);
    expect(asked).toMatchObject({
      method: 'POST',
      body: '',
      query: { v: '2', code: 'the-code', client_secret: 's3cret/+%=' },
    });
    expect(asked?.query).not.toHaveProperty('code_verifier');
  });

  it('lets no parameter of the manifest take the place of the standard’s', async () => {
    const token_params = { grant_type: 'password', code: 'other', redirect_uri: 'https://evil.example' };
    await exchangeCode(door, serverFor({ authorization_url, token_url: endpoint.url, token_params }), exchange);
    expect(endpoint.form()).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: exchange.redirectUri,
    });
  });

  it('goes on without a secret that is empty, and without a name of the server’s that is', async () => {
    const server = serverFor({ authorization_url, token_url: endpoint.url, issuer: '${field.name|default:}' });
    expect(server.issuer).toBeUndefined();
    const us = { clientId: 'us', clientSecret: new Secret('') };
    expect(await refreshTokens(door, server, { ...refresh, client: us })).toMatchObject({ ok: true });
    expect(endpoint.form()).toMatchObject({ client_id: 'us' });
  });

  it('keeps what the server says in secret values out of its words', async () => {
    const server = serverFor({ authorization_url, token_url: endpoint.url, client_auth: 'post' });
    endpoint.answer = json(
      { error: 'invalid_grant', error_description: `no: ${endpoint.url} the-refresh-token s3cret/+%=` },
      400,
    );
    const outcome = JSON.stringify(await refreshTokens(door, server, refresh));
    expect(outcome).toContain('invalid_grant');
    expect(outcome).not.toMatch(/the-refresh-token|s3cret/);
  });
});
