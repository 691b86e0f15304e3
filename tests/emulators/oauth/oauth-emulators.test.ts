import { createHash, createSign } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import type { OauthApp } from './grants.ts';
import type { OauthEmulator } from './emulator.ts';
import { startGithubOauth } from './github.ts';
import { startGoogleOauth } from './google.ts';
import { startSalesforceOauth } from './salesforce.ts';
import { startSlackOauth } from './slack.ts';
import { walkThrough } from './walk-through.ts';

const redirectUri = 'http://127.0.0.1:3999/api/v1/connections/oauth/callback';
const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
const state = 'a state';

const started: OauthEmulator[] = [];
afterAll(() => Promise.all(started.map((emulator) => emulator.stop())));
const keep = <E extends OauthEmulator>(emulator: E): E => {
  started.push(emulator);
  return emulator;
};

function at(url: string, params: Readonly<Record<string, string>>): string {
  return `${url}?${new URLSearchParams(params)}`;
}

async function post(url: string, params: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(params), headers });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
}

function body({ text }: { readonly text: string }): Record<string, unknown> {
  return JSON.parse(text);
}

/** Signs Ann in and returns the code. */
async function codeOf(page: string, app: OauthApp, more: Readonly<Record<string, string>> = pkce): Promise<string> {
  const back = await walkThrough(
    at(page, { response_type: 'code', client_id: app.clientId, redirect_uri: redirectUri, state, ...more }),
  );
  expect(back.href.startsWith(`${redirectUri}?`)).toBe(true);
  expect(back.searchParams.get('state')).toBe(state);
  return back.searchParams.get('code') ?? '';
}

function claim(app: OauthApp, code: string, more: Readonly<Record<string, string>> = { code_verifier: verifier }) {
  const { clientId: client_id, clientSecret: client_secret } = app;
  return { grant_type: 'authorization_code', client_id, client_secret, code, redirect_uri: redirectUri, ...more };
}

describe('GitHub', async () => {
  const github = keep(await startGithubOauth({ redirectUri }));
  const token = `${github.url}/login/oauth/access_token`;
  const page = `${github.url}/login/oauth/authorize`;
  const json = { accept: 'application/json' };

  it('answers with a form unless JSON is asked for, and tells scopes with commas', async () => {
    const first = await codeOf(page, github.app, { ...pkce, scope: 'repo read:user' });
    const form = await post(token, claim(github.app, first));
    expect([form.status, form.type]).toEqual([200, 'application/x-www-form-urlencoded; charset=utf-8']);
    expect(new URLSearchParams(form.text).get('scope')).toBe('repo,read:user');
    const second = await codeOf(page, github.app, { ...pkce, scope: 'repo' });
    const answer = body(await post(token, claim(github.app, second), json));
    expect(Object.keys(answer)).toEqual(['access_token', 'scope', 'token_type']);
    const who = await fetch(`${github.url}/user`, { headers: { authorization: `Bearer ${answer['access_token']}` } });
    expect(await who.json()).toMatchObject({ login: 'ann' });
  });

  it('answers 200 to a code that is wrong, of another verifier, or used, which ends what came of it', async () => {
    const refused = { error: 'bad_verification_code' };
    expect(body(await post(token, claim(github.app, 'made-up'), json))).toMatchObject(refused);
    const code = await codeOf(page, github.app);
    const wrong = claim(github.app, code, { code_verifier: 'x'.repeat(43) });
    expect(body(await post(token, wrong, json))).toMatchObject(refused);
    const { access_token } = body(await post(token, claim(github.app, code), json));
    expect(body(await post(token, claim(github.app, code), json))).toMatchObject(refused);
    const who = await fetch(`${github.url}/user`, { headers: { authorization: `Bearer ${access_token}` } });
    expect(who.status).toBe(401);
  });

  it('sends nobody anywhere that is not registered', async () => {
    const asked = at(page, { client_id: github.app.clientId, redirect_uri: 'https://evil.example/callback', ...pkce });
    const back = await walkThrough(asked);
    expect(back.href.startsWith(redirectUri)).toBe(true);
    expect(back.searchParams.get('error')).toBe('redirect_uri_mismatch');
  });

  it('lets a device in once somebody has typed its code, and slows down what asks too often', async () => {
    const { clientId: client_id } = github.app;
    const begun = body(await post(`${github.url}/login/device/code`, { client_id, scope: 'repo' }, json));
    const poll = {
      client_id,
      device_code: String(begun['device_code']),
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    };
    expect(body(await post(token, poll, json))).toMatchObject({ error: 'authorization_pending' });
    expect(body(await post(token, poll, json))).toMatchObject({ error: 'slow_down', interval: 10 });
    const typed = {
      username: 'ann',
      password: 'ann-opens-up',
      user_code: String(begun['user_code']),
      decision: 'allow',
    };
    expect((await post(`${github.url}/login/device`, typed)).status).toBe(200);
    expect(body(await post(token, poll, json))).toMatchObject({ scope: 'repo' });
  });

  it('gives an installation a token for a JWT of the app, which is no person', async () => {
    const app = github.installApp();
    const at = `${github.url}/app/installations/${app.installationId}/access_tokens`;
    const now = Math.floor(Date.now() / 1000);
    const signed = (claims: object) => ({
      method: 'POST',
      headers: { authorization: `Bearer ${sign(claims, app.privateKey)}` },
    });
    const late = await fetch(at, signed({ iss: app.clientId, iat: now, exp: now + 3600 }));
    expect(late.status).toBe(401);
    const answer = await fetch(at, signed({ iss: app.clientId, iat: now - 60, exp: now + 480 }));
    expect(answer.status).toBe(201);
    const { token, expires_at: endsAt } = JSON.parse(await answer.text());
    expect(Date.parse(endsAt)).toBeGreaterThan(Date.now() + 3_500_000);
    const who = await fetch(`${github.url}/user`, { headers: { authorization: `token ${token}` } });
    expect(who.status).toBe(403);
  });
});

function sign(claims: object, privateKey: string): string {
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

describe('Google', async () => {
  const google = keep(await startGoogleOauth({ redirectUri }));
  const [page, token] = [`${google.url}/o/oauth2/v2/auth`, `${google.url}/token`];
  const scope = 'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/calendar.events';
  const offline = { ...pkce, scope, access_type: 'offline' };

  it('hands out a refresh token for offline access, and again only when consent is asked for', async () => {
    const { app } = google;
    const refreshTokens = [];
    for (const more of [{ ...pkce, scope }, offline, offline, { ...offline, prompt: 'consent' }]) {
      const answer = body(await post(token, claim(app, await codeOf(page, app, more))));
      expect(answer).toMatchObject({ expires_in: 3599, token_type: 'Bearer', id_token: expect.any(String) });
      refreshTokens.push(typeof answer['refresh_token']);
    }
    expect(refreshTokens).toEqual(['undefined', 'undefined', 'undefined', 'string']);
  });

  it('says nothing of the refresh token when it is used, until it is revoked', async () => {
    const { app } = google;
    const { clientId: client_id, clientSecret: client_secret } = app;
    const code = await codeOf(page, app, { ...offline, prompt: 'consent' });
    const { refresh_token } = body(await post(token, claim(app, code)));
    const use = { grant_type: 'refresh_token', client_id, client_secret, refresh_token: String(refresh_token) };
    const again = body(await post(token, use));
    expect([typeof again['access_token'], again['refresh_token']]).toEqual(['string', undefined]);
    expect((await post(`${google.url}/revoke`, { token: String(refresh_token) })).status).toBe(200);
    expect(await post(token, use)).toMatchObject({ status: 400, text: expect.stringContaining('invalid_grant') });
  });

  it('lets people grant less than was asked for, and refuses what was not granted', async () => {
    const { app } = google;
    const params = { response_type: 'code', client_id: app.clientId, redirect_uri: redirectUri, ...offline };
    const back = await walkThrough(at(page, params), { scopes: ['openid'] });
    expect(back.searchParams.get('scope')).toBe('openid');
    expect(back.searchParams.get('iss')).toBe(google.issuer);
    const answer = body(await post(token, claim(app, back.searchParams.get('code') ?? '')));
    const headers = { authorization: `Bearer ${answer['access_token']}` };
    const events = await fetch(`${google.url}/calendar/v3/calendars/primary/events`, { headers });
    expect(events.status).toBe(403);
  });

  it('takes the key of a service account', async () => {
    const { email, privateKey } = google.addServiceAccount();
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: email,
      aud: token,
      iat: now,
      exp: now + 3600,
      scope: 'https://www.googleapis.com/auth/drive',
    };
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const answer = body(await post(token, { grant_type, assertion: sign(claims, privateKey) }));
    expect(Object.keys(answer)).toEqual(['access_token', 'expires_in', 'token_type']);
    const foreign = { ...claims, aud: 'https://elsewhere.example/token' };
    expect((await post(token, { grant_type, assertion: sign(foreign, privateKey) })).status).toBe(400);
  });
});

describe('Slack', async () => {
  const slack = keep(await startSlackOauth({ redirectUri }));
  const [page, token] = [`${slack.url}/oauth/v2/authorize`, `${slack.url}/api/oauth.v2.access`];

  it('has the token of a person under authed_user, and that of the bot at the top', async () => {
    const own = body(
      await post(token, claim(slack.app, await codeOf(page, slack.app, { user_scope: 'search:read,chat:write' }), {})),
    );
    expect(own).toMatchObject({ ok: true, authed_user: { token_type: 'user', scope: 'search:read,chat:write' } });
    expect(own).not.toHaveProperty('access_token');
    const both = { scope: 'channels:read', user_scope: 'search:read' };
    const answer = body(await post(token, claim(slack.app, await codeOf(page, slack.app, both), {})));
    expect(answer).toMatchObject({ token_type: 'bot', scope: 'channels:read', authed_user: { scope: 'search:read' } });
  });

  it('answers 200 to everything that goes wrong', async () => {
    expect(await post(token, claim(slack.app, 'made-up', {}))).toMatchObject({
      status: 200,
      text: '{"ok":false,"error":"invalid_code"}',
    });
    const wrong = { ...claim(slack.app, 'made-up', {}), client_secret: 'wrong' };
    expect(body(await post(token, wrong))).toEqual({ ok: false, error: 'bad_client_secret' });
    expect(body(await post(`${slack.url}/api/auth.test`, {}))).toEqual({ ok: false, error: 'not_authed' });
  });

  it('refuses PKCE, and scopes with spaces between them', async () => {
    for (const more of [pkce, { user_scope: 'search:read chat:write' }]) {
      const params = { client_id: slack.app.clientId, redirect_uri: redirectUri, user_scope: 'search:read', ...more };
      expect((await fetch(at(page, params))).status).toBe(400);
    }
  });

  it('has a fresh token of a person at the top, where tokens are rotated', async () => {
    const rotating = keep(await startSlackOauth({ redirectUri, rotate: true }));
    const { app } = rotating;
    const at = `${rotating.url}/api/oauth.v2.access`;
    const code = await codeOf(`${rotating.url}/oauth/v2/authorize`, app, { user_scope: 'search:read' });
    const { authed_user: first } = JSON.parse((await post(at, claim(app, code, {}))).text);
    expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-1-/) });
    const { clientId: client_id, clientSecret: client_secret } = app;
    const use = { grant_type: 'refresh_token', client_id, client_secret, refresh_token: first.refresh_token };
    expect(body(await post(at, use))).toMatchObject({ ok: true, token_type: 'user', expires_in: 43_200 });
    expect(body(await post(at, use))).toEqual({ ok: false, error: 'invalid_refresh_token' });
  });
});

describe('Salesforce', async () => {
  const salesforce = keep(await startSalesforceOauth({ redirectUri }));
  const { app } = salesforce;
  const [page, token] = [`${salesforce.url}/services/oauth2/authorize`, `${salesforce.url}/services/oauth2/token`];
  const lasting = { ...pkce, scope: 'api refresh_token' };

  it('names the organization and says when it was issued, not when it ends', async () => {
    const answer = body(await post(token, claim(app, await codeOf(page, app, lasting))));
    expect(answer).toMatchObject({
      instance_url: salesforce.instanceUrl,
      issued_at: expect.stringMatching(/^\d{13}$/),
    });
    expect(answer).not.toHaveProperty('expires_in');
    const who = await fetch(`${salesforce.instanceUrl}/services/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${answer['access_token']}` },
    });
    expect(await who.json()).toMatchObject({ preferred_username: 'ann@example.com' });
  });

  it('keeps a refresh token, or rotates it and ends everything when an old one comes back', async () => {
    const rotating = keep(await startSalesforceOauth({ redirectUri, rotate: true }));
    const { clientId: client_id, clientSecret: client_secret } = rotating.app;
    const code = await codeOf(`${rotating.url}/services/oauth2/authorize`, rotating.app, lasting);
    const first = body(await post(`${rotating.url}/services/oauth2/token`, claim(rotating.app, code)));
    const use = (refresh_token: unknown) =>
      post(`${rotating.url}/services/oauth2/token`, {
        grant_type: 'refresh_token',
        client_id,
        client_secret,
        refresh_token: String(refresh_token),
      });
    const second = body(await use(first['refresh_token']));
    expect(second['refresh_token']).not.toBe(first['refresh_token']);
    expect((await use(first['refresh_token'])).status).toBe(400);
    expect((await use(second['refresh_token'])).status).toBe(400);
  });

  it('lets an app in by itself, by its secret or by its key', async () => {
    const { clientId: client_id, clientSecret: client_secret } = app;
    const own = body(await post(token, { grant_type: 'client_credentials', client_id, client_secret }));
    expect(own).toMatchObject({ scope: 'api' });
    const { privateKey } = salesforce.trustKey();
    const claims = {
      iss: client_id,
      sub: 'ann@example.com',
      aud: salesforce.url,
      exp: Math.floor(Date.now() / 1000) + 180,
    };
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const signed = body(await post(token, { grant_type, assertion: sign(claims, privateKey) }));
    expect(signed).toMatchObject({ instance_url: salesforce.instanceUrl });
    expect(signed).not.toHaveProperty('refresh_token');
  });
});

it('does the work and loses the answer when it is told to', async () => {
  const google = keep(await startGoogleOauth({ redirectUri }));
  const code = await codeOf(`${google.url}/o/oauth2/v2/auth`, google.app, { ...pkce, scope: 'openid' });
  google.next('reset_after_work');
  await expect(post(`${google.url}/token`, claim(google.app, code))).rejects.toThrow();
  expect(google.requests('POST', '/token')).toHaveLength(1);
  expect((await post(`${google.url}/token`, claim(google.app, code))).status).toBe(400);
});
