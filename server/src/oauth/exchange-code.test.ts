import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, type GenerateKeyPairResult } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../tests/support/free-port.ts';
import { openDoor, serverFor } from '../../../tests/support/oauth-door.ts';
import { type OidcServer, startOidc } from '../../../tests/support/oidc.ts';
import { Secret } from '../lib/secret.ts';
import { authorizationUrl, newVerifier } from './authorization-url.ts';
import { exchangeCode } from './exchange-code.ts';
import type { OauthClient, OauthServer } from './oauth-server.ts';
import { readCallback } from './read-callback.ts';
import { readIdentity } from './read-identity.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { revokeToken } from './revoke-token.ts';
import type { TokenOutcome, TokenSet } from './token-set.ts';

const redirectUri = 'https://plugboard.example/callback';
const door = openDoor();
let oidc: OidcServer;
let server: OauthServer;
let client: OauthClient;
let keys: GenerateKeyPairResult;

beforeAll(async () => {
  keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'ours', use: 'sig', alg: 'ES256' };
  const common = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'] };
  oidc = await startOidc({
    clients: [
      { ...common, client_id: 'public', token_endpoint_auth_method: 'none' },
      { ...common, client_id: 'posting', client_secret: 'posted', token_endpoint_auth_method: 'client_secret_post' },
      { ...common, client_id: 'signing', token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } },
    ],
  });
  server = serverAs('basic');
  client = { clientId: oidc.client.clientId, clientSecret: new Secret(oidc.client.clientSecret) };
});
afterAll(async () => {
  await oidc.stop();
  await door.close();
});

function serverAs(client_auth: 'basic' | 'post' | 'none' | 'private_key_jwt'): OauthServer {
  const { authorization, token, revocation } = oidc.endpoints;
  const addresses = { authorization_url: authorization, token_url: token, revocation_url: revocation };
  return serverFor({ ...addresses, issuer: oidc.issuer, client_auth });
}

/** Signs in as far as the browser goes. */
async function signIn(as: OauthServer, us: OauthClient, scopes: readonly string[] = ['openid', 'read']) {
  const verifier = newVerifier();
  const url = await authorizationUrl(as, { client: us, redirectUri, state: 'ours', verifier, scopes });
  const back = await oidc.signIn(url);
  const read = readCallback(as, back.searchParams, { state: 'ours' });
  if (!read.ok) throw new Error(read.message);
  return { client: us, code: read.code, verifier, redirectUri, callback: read.query };
}

function tokensOf(outcome: TokenOutcome): TokenSet {
  if ('ok' in outcome && outcome.ok) return outcome.tokens;
  throw new Error(outcome.message);
}

describe('signing in', () => {
  it('ends in tokens of the person, for what was asked', async () => {
    const outcome = await exchangeCode(door, server, await signIn(server, client));
    const tokens = tokensOf(outcome);
    expect(await oidc.seeToken(tokens.accessToken.reveal())).toMatchObject({ user: 'ann', scopes: ['openid', 'read'] });
    expect(tokens.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
    expect(tokens.scopes).toEqual(['openid', 'read']);
    expect(JSON.stringify(outcome)).toContain('"accessToken":"[secret]"');
  });

  it('tells whose account it is: by the ID token, by the answer, or by asking', async () => {
    const tokens = tokensOf(await exchangeCode(door, server, await signIn(server, client)));
    const attachment = { headers: { authorization: new Secret(`Bearer ${tokens.accessToken.reveal()}`) }, query: {} };
    const question = { tokens, attachment, values: {} };
    const ask = (identity: Parameters<typeof readIdentity>[1]['identity']) =>
      readIdentity(door, { identity }, question);
    expect(await ask({ from: 'id_token', path: 'sub' })).toBe('ann');
    expect(await ask({ from: 'token', path: 'token_type' })).toBe('Bearer');
    expect(await ask({ url: oidc.endpoints.userinfo, headers: {}, path: 'sub' })).toBe('ann');
    expect(await ask({ url: `${oidc.issuer}/nowhere`, headers: {}, path: 'sub' })).toBeNull();
    expect(await ask({ url: 'http://127.0.0.1:1/', headers: {}, path: 'sub' })).toBeNull();
    expect(await ask({ from: 'id_token', path: 'nobody' })).toBeNull();
    expect(await ask(undefined)).toBeNull();
  });

  it.each(['post', 'none', 'private_key_jwt'] as const)('proves who we are by %s', async (way) => {
    const jwk = JSON.stringify({ ...(await exportJWK(keys.privateKey)), kid: 'ours', alg: 'ES256' });
    const us = {
      post: { clientId: 'posting', clientSecret: new Secret('posted') },
      none: { clientId: 'public', clientSecret: undefined },
      private_key_jwt: { clientId: 'signing', clientSecret: new Secret(jwk) },
    }[way];
    const as = serverAs(way);
    const tokens = tokensOf(await exchangeCode(door, as, await signIn(as, us)));
    expect(await oidc.seeToken(tokens.accessToken.reveal())).toMatchObject({ clientId: us.clientId });
  });

  it('takes a private key in PEM, even on one line', async () => {
    const pem = (await exportPKCS8(keys.privateKey)).trim().replaceAll('\n', '\\n');
    const us = { clientId: 'signing', clientSecret: new Secret(pem) };
    const as = serverAs('private_key_jwt');
    expect(await exchangeCode(door, as, await signIn(as, us))).toMatchObject({ ok: true });
  });

  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs1' });

  it.each([undefined, new Secret(''), new Secret('no key'), new Secret(short.toString())])(
    'says what is wrong with a private key that is none',
    async (clientSecret) => {
      const as = serverAs('private_key_jwt');
      const exchange = await signIn(as, { clientId: 'signing', clientSecret });
      expect(await exchangeCode(door, as, exchange)).toMatchObject({ ok: false, error: 'invalid_client' });
    },
  );

  it('says that a secret is wrong, without saying it', async () => {
    const exchange = await signIn(server, client);
    const outcome = await exchangeCode(door, server, {
      ...exchange,
      client: { ...client, clientSecret: new Secret('not the secret') },
    });
    expect(outcome).toMatchObject({ ok: false, error: 'invalid_client' });
    expect(JSON.stringify(outcome)).not.toContain('not the secret');
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const exchange = await signIn(server, client);
    tokensOf(await exchangeCode(door, server, exchange));
    expect(await exchangeCode(door, server, exchange)).toMatchObject({ ok: false, error: 'invalid_grant' });
  });

  it('is of no use to another handshake: the verifier is not its own', async () => {
    const [stolen, ours] = [await signIn(server, client), await signIn(server, client)];
    const injected = { ...ours, code: stolen.code };
    expect(await exchangeCode(door, server, injected)).toMatchObject({ ok: false, error: 'invalid_grant' });
  });

  it('is never exchanged without the verifier where the server takes part', async () => {
    const { verifier: _, ...exchange } = await signIn(server, client);
    await expect(exchangeCode(door, server, exchange)).rejects.toThrow('no verifier');
  });

  it('is of no use with another redirect URI', async () => {
    const exchange = { ...(await signIn(server, client)), redirectUri: 'https://plugboard.example/other' };
    expect(await exchangeCode(door, server, exchange)).toMatchObject({ ok: false, error: 'invalid_grant' });
  });
});

describe('tokens', () => {
  it('are renewed; a refresh token that was used is worth nothing', async () => {
    const first = tokensOf(await exchangeCode(door, server, await signIn(server, client)));
    const refreshToken = first.refreshToken ?? new Secret('none');
    const second = tokensOf(await refreshTokens(door, server, { client, refreshToken }));
    expect(second.accessToken.reveal()).not.toBe(first.accessToken.reveal());
    expect(second.refreshToken?.reveal()).not.toBe(refreshToken.reveal());
    expect(await refreshTokens(door, server, { client, refreshToken })).toMatchObject({
      ok: false,
      error: 'invalid_grant',
    });
  });

  it('are renewed for less', async () => {
    const first = tokensOf(await exchangeCode(door, server, await signIn(server, client, ['openid', 'read', 'write'])));
    const refresh = { client, refreshToken: first.refreshToken ?? new Secret('none'), scopes: ['read'] };
    const { accessToken } = tokensOf(await refreshTokens(door, server, refresh));
    expect(await oidc.seeToken(accessToken.reveal())).toMatchObject({ scopes: ['read'] });
  });

  it('are revoked, and one that nobody knows is revoked already', async () => {
    const { accessToken: token } = tokensOf(await exchangeCode(door, server, await signIn(server, client)));
    expect(await revokeToken(door, server, { client, accessToken: token })).toEqual({ ok: true });
    expect(await oidc.seeToken(token.reveal())).toBeUndefined();
    expect(await revokeToken(door, server, { client, accessToken: token })).toEqual({ ok: true });
  });

  it('are not revoked by a stranger, nor where nobody can', async () => {
    const token = new Secret('any');
    const stranger = { ...client, clientSecret: new Secret('wrong') };
    expect(await revokeToken(door, server, { client: stranger, accessToken: token })).toMatchObject({
      ok: false,
    });
    const nowhere = { ...server, revocationUrl: undefined };
    expect(await revokeToken(door, nowhere, { client, accessToken: token })).toMatchObject({ ok: false });
    const dead = { ...server, revocationUrl: `http://127.0.0.1:${await freePort()}/` };
    expect(await revokeToken(door, dead, { client, accessToken: token })).toMatchObject({ unreachable: true });
  });
});

it('tokens for one resource are for that one alone', async () => {
  const resource = 'https://tools.example/mcp';
  const other = await startOidc({ resources: [resource] });
  const { authorization: authorization_url, token: token_url } = other.endpoints;
  const as = { ...serverFor({ authorization_url, token_url }), resource };
  const us = { clientId: other.client.clientId, clientSecret: new Secret(other.client.clientSecret) };
  const verifier = newVerifier();
  const url = await authorizationUrl(as, { client: us, redirectUri, state: 's', verifier, scopes: ['read'] });
  const back = await other.signIn(url);
  const exchange = {
    client: us,
    code: back.searchParams.get('code') ?? '',
    verifier,
    redirectUri,
    callback: back.searchParams,
  };
  const first = tokensOf(await exchangeCode(door, as, exchange));
  expect(await other.seeToken(first.accessToken.reveal())).toMatchObject({ audience: resource });
  const { refreshToken = new Secret('none') } = first;
  const again = tokensOf(await refreshTokens(door, as, { client: us, refreshToken }));
  expect(await other.seeToken(again.accessToken.reveal())).toMatchObject({ audience: resource });
  expect(other.ledger.map((asked) => asked.resource)).toEqual([resource, resource]);
  await other.stop();
});
