import { Readable } from 'node:stream';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { askDeviceCode } from '../../server/src/oauth/device.ts';
import type { OauthDoor } from '../../server/src/oauth/door.ts';
import type { OauthServer } from '../../server/src/oauth/oauth-server.ts';
import { readIdentity } from '../../server/src/oauth/read-identity.ts';
import { refreshTokens } from '../../server/src/oauth/refresh-tokens.ts';
import { revokeToken } from '../../server/src/oauth/revoke-token.ts';
import { runExchange } from '../../server/src/oauth/run-exchange.ts';
import {
  aToken,
  exchanging,
  json,
  openDoor,
  serverFor,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../support/oauth-door.ts';

const door = openDoor();
const client = { clientId: 'us', clientSecret: new Secret('our-client-secret') };
const refreshToken = new Secret('our-refresh-token');
let endpoint: TokenEndpoint;
let elsewhere: TokenEndpoint;
let server: OauthServer;

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
  elsewhere = await startTokenEndpoint();
  server = serverAt(endpoint.url);
});
afterEach(() => {
  endpoint.answer = json(aToken);
});
afterAll(async () => {
  await endpoint.stop();
  await elsewhere.stop();
  await door.close();
});

function serverAt(url: string): OauthServer {
  const authorization_url = 'https://as.example/authorize';
  return serverFor({
    authorization_url,
    token_url: url,
    revocation_url: url,
    device_authorization_url: url,
    client_auth: 'post',
  });
}

const refresh = (through: OauthDoor = door) => refreshTokens(through, server, { client, refreshToken });

/** Everything that is asked of an authorization server. */
const questions: Readonly<Record<string, (through?: OauthDoor) => Promise<unknown>>> = {
  'a refresh': refresh,
  'an exchange': (through = door) => {
    const block = { grant: 'request' as const, url: endpoint.url, body: { password: '${field.password}' } };
    return runExchange(through, exchanging(block), { config: {}, secrets: { password: refreshToken }, publicUrl: '' });
  },
  'a device code': (through = door) => askDeviceCode(through, server, { client, scopes: [] }),
  'a revocation': (through = door) => revokeToken(through, server, { client, refreshToken }),
};

describe.each(Object.keys(questions))('S24: %s at a token endpoint', (name) => {
  const ask = questions[name] ?? refresh;

  it.each([301, 302, 303, 307, 308])(
    'that answers with a redirect (%i) takes nothing of ours along',
    async (status) => {
      endpoint.answer = (response) => void response.writeHead(status, { location: elsewhere.url }).end();
      expect(await ask()).toMatchObject({ ok: false });
      expect(elsewhere.asked).toEqual([]);
    },
  );

  it('that answers 50 MB is cut off long before', async () => {
    let sent = 0;
    endpoint.answer = (response) => pour(response, (bytes) => (sent += bytes));
    const outcome = await ask();
    expect(outcome).not.toMatchObject({ ok: true });
    expect(JSON.stringify(outcome)).toContain('larger than 1048576 bytes');
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('that answers a page shows none of its markup', async () => {
    endpoint.answer = (response) =>
      void response.writeHead(400, { 'content-type': 'text/html' }).end('<!doctype html><script>alert(1)</script>');
    const outcome = await ask();
    expect(outcome).toMatchObject({ ok: false });
    expect(JSON.stringify(outcome)).not.toContain('script');
  });

  it('that repeats what it was sent is not repeated (S25)', async () => {
    endpoint.answer = (response) => {
      const { body = '' } = endpoint.asked.at(-1) ?? {};
      json({ error: 'invalid_request', error_description: `You sent ${body}` }, 400)(response);
    };
    const outcome = JSON.stringify(await ask());
    expect(outcome).toContain('[redacted]');
    expect(outcome).not.toMatch(/our-client-secret|our-refresh-token/);
  });

  it('that is cut off by whoever asks is not waited for', async () => {
    endpoint.answer = () => undefined;
    const cut = new AbortController();
    const started = performance.now();
    setTimeout(() => cut.abort(), 100);
    expect(await ask({ ...door, signal: cut.signal })).toMatchObject({ unreachable: true });
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

it.concurrent(
  'S24: a token endpoint that never answers is given up after ten seconds',
  { timeout: 20_000 },
  async () => {
    const silent = await startTokenEndpoint();
    silent.answer = () => undefined;
    const started = performance.now();
    const outcome = await refreshTokens(door, serverAt(silent.url), { client, refreshToken });
    expect(outcome).toMatchObject({ unreachable: true, sent: true });
    expect(performance.now() - started).toBeGreaterThan(9000);
    expect(performance.now() - started).toBeLessThan(13_000);
    await silent.stop();
  },
);

it.concurrent(
  'S24: one that sends a byte a second is given up after ten seconds too',
  { timeout: 20_000 },
  async () => {
    const slow = await startTokenEndpoint();
    slow.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const dripping = setInterval(() => response.write(' '), 1000);
      response.on('close', () => clearInterval(dripping));
    };
    const outcome = await refreshTokens(door, serverAt(slow.url), { client, refreshToken });
    expect(outcome).toMatchObject({ unreachable: true, sent: true });
    await slow.stop();
  },
);

it.each(['http://169.254.169.254/token', 'http://10.0.0.1/token', 'http://[::1]/token', 'http://localhost/token'])(
  'S24: a token endpoint inside, %s, is never dialled',
  async (url) => {
    expect(await refreshTokens(door, serverAt(url), { client, refreshToken })).toMatchObject({
      ok: false,
      error: 'blocked',
    });
  },
);

it('S24: a provider that redirects when it is asked who somebody is gets no further', async () => {
  endpoint.answer = (response) => void response.writeHead(302, { location: elsewhere.url }).end();
  const identity = { url: endpoint.url, headers: {}, path: 'name' };
  const attachment = { headers: { 'x-api-key': new Secret('fresh') }, query: { key: new Secret('fresh') } };
  const tokens = { answer: {}, idToken: undefined };
  expect(await readIdentity(door, { identity }, { tokens, attachment, values: {} })).toBeNull();
  expect(elsewhere.asked).toEqual([]);
});

it.each([204, 205, 304, 418, 599])('S24: an odd status, %i, is an outcome and no crash', async (status) => {
  endpoint.answer = (response) => void response.writeHead(status).end();
  expect(await refresh()).not.toMatchObject({ ok: true });
});

function pour(response: ServerResponse, count: (bytes: number) => void): void {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const body = Readable.from(
    (function* spaces() {
      for (let at = 0; at < 800; at += 1) {
        count(chunk.length);
        yield chunk;
      }
    })(),
  );
  response.on('error', () => undefined).writeHead(200, { 'content-type': 'application/json' });
  response.on('close', () => body.destroy());
  body.pipe(response);
}
