import { describe, expect, it } from 'vitest';
import { isRecord } from '../../../lib/json.ts';
import { showProblem } from '../manifest-problem.ts';
import { readManifest } from '../read-manifest.ts';

const signsIn = {
  schema: 1,
  id: 'acme',
  name: 'Acme',
  version: '1.0.0',
  description: 'Tickets and customers of Acme.',
  category: 'support',
  auth_mode: 'byo_oauth',
  brand_color: '#112233',
  oauth: {
    authorization_url: 'https://acme.example/authorize',
    token_url: 'https://acme.example/token',
    scopes: ['read'],
    captures: { instance: { path: 'instance', pattern: 'https://[a-z]+\\.acme\\.example' } },
  },
  http: { base_url: '${field.instance}/api' },
  tools: [],
};

const exchanges = {
  ...signsIn,
  auth_mode: 'pat',
  fields: [
    { key: 'id', label: 'Id' },
    { key: 'key', label: 'Key', secret: true },
  ],
  oauth: undefined,
  exchange: {
    grant: 'jwt_bearer',
    token_url: 'https://acme.example/token',
    assertion: { algorithm: 'RS256', key: '${field.key}', claims: { iss: '${field.id}' } },
  },
  http: { base_url: 'https://api.acme.example' },
};

/** The manifest with some of it written differently, however deep. */
function merged(base: unknown, change: unknown): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  return Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(change)])].map((key) => [
      key,
      Object.hasOwn(change, key) ? merged(base[key], change[key]) : base[key],
    ]),
  );
}

function problemsOf(base: unknown, change: unknown = {}): string[] {
  const text = JSON.stringify(merged(base, change));
  const read = readManifest(text, { file: 'connector.yaml', source: 'built-in' });
  return read.ok ? [] : read.problems.map(showProblem);
}

describe('signing in', () => {
  it('is right as it is', () => {
    expect(problemsOf(signsIn)).toEqual([]);
    expect(problemsOf(exchanges)).toEqual([]);
  });

  const capture = (change: object) => ({ oauth: { captures: { instance: change } } });
  const derived = { derived: { host: '${field.instance}' }, http: { base_url: '${derived.host}/api' } };

  it.each<readonly [string, object, string, string]>([
    ['a host anybody can choose', capture({ from: 'callback' }), 'captures.instance.from', 'anybody can write'],
    ['a host of any pattern', capture({ pattern: '.*' }), 'captures.instance.pattern', 'anybody’s'],
    ['a host of half a pattern', capture({ pattern: 'https://.+' }), 'captures.instance.pattern', 'anybody’s'],
    ['no pattern for a host', capture({ pattern: undefined }), 'captures.instance.pattern', 'is missing'],
    [
      'no pattern for a host by another name',
      { ...capture({ pattern: undefined }), ...derived },
      'captures.instance.pattern',
      'is missing',
    ],
    ['a pattern that is none', capture({ pattern: '(' }), 'captures.instance.pattern', 'no'],
    [
      'the name of a field',
      { fields: [{ key: 'instance', label: 'Instance', type: 'url' }] },
      'captures.instance',
      'name of a field',
    ],
    [
      'a name of ours',
      { oauth: { captures: { access_token: { path: 'x' } } } },
      'captures.access_token',
      'name of ours',
    ],
    [
      'a token needed for itself',
      { oauth: { token_params: { a: '${field.access_token}' } } },
      'token_params.a',
      'before somebody',
    ],
    [
      'an address that comes too late',
      { oauth: { token_url: '${field.instance}/token' } },
      'oauth.token_url',
      'before somebody',
    ],
    [
      'an address that comes too late by another name',
      { ...derived, oauth: { refresh_url: '${derived.host}/t' } },
      'oauth.refresh_url',
      'before',
    ],
    [
      'a state of its own',
      { oauth: { authorization_params: { state: 'x' } } },
      'authorization_params.state',
      'by us alone',
    ],
    [
      'a challenge of its own',
      { oauth: { select_account_params: { code_challenge_method: 'plain' } } },
      'code_challenge_method',
      'by us alone',
    ],
    [
      'scopes twice',
      { oauth: { scope_param: 'user_scope', authorization_params: { user_scope: 'x' } } },
      'user_scope',
      'by us alone',
    ],
    [
      'a verifier of its own',
      { oauth: { token_params: { code_verifier: 'x' } } },
      'token_params.code_verifier',
      'by us alone',
    ],
    [
      'a refresh token of its own',
      { oauth: { refresh_params: { refresh_token: 'x' } } },
      'refresh_params.refresh_token',
      'by us alone',
    ],
    ['a header that is ours', { oauth: { token_headers: { Host: 'x' } } }, 'token_headers.Host', 'by us alone'],
    [
      'a name from nowhere',
      { oauth: { identity: { from: 'id_token', path: 'sub' } } },
      'oauth.identity.from',
      'openid',
    ],
    ['a token for nothing', { oauth: { attach: { scheme: 'none' } } }, 'oauth.attach', 'access_token'],
    [
      'a way that is not taken',
      { auth_mode: 'pat', auth: { scheme: 'bearer', token: 'x' } },
      'oauth:',
      'auth_modes has neither',
    ],
    ['an address without TLS', { oauth: { token_url: 'http://acme.example/token' } }, 'oauth.token_url', 'https://'],
    [
      'a device that would need a callback',
      {
        oauth: {
          device_authorization_url: 'https://acme.example/device',
          captures: { realm: { from: 'callback', path: 'realmId' } },
        },
      },
      'captures.realm.from',
      'no callback',
    ],
  ])('may not have %s', (...[, change, key, message]) => {
    const problems = problemsOf(signsIn, change).filter((problem) => problem.includes(key));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it.each<readonly [string, object]>([
    [
      'a part of a host, whose end is written out',
      { ...capture({ pattern: '[a-z]+' }), http: { base_url: 'https://${field.instance}.acme.example' } },
    ],
    [
      'a value of the callback in a path',
      {
        ...capture({ from: 'callback', pattern: undefined }),
        http: { base_url: 'https://api.acme.example/${field.instance}' },
      },
    ],
    ['what was captured when a token is refreshed', { oauth: { refresh_params: { instance: '${field.instance}' } } }],
    ['a name by the ID token', { oauth: { scopes: ['openid'], identity: { from: 'id_token', path: 'sub' } } }],
    [
      'a token in a header of its own',
      {
        oauth: {
          attach: { scheme: 'api_key', keys: [{ in: 'header', name: 'x-token', value: '${field.access_token}' }] },
        },
      },
    ],
  ])('may have %s', (_name, change) => {
    expect(problemsOf(signsIn, change)).toEqual([]);
  });
});

describe('revoking in a way of the provider’s own', () => {
  const request = { url: 'https://acme.example/revoke', body: { token: '${field.access_token}' } };
  const revoking = (change: object) => ({ oauth: { revocation: { ...request, ...change } } });
  const { captures: _, ...plain } = signsIn.oauth;
  const base = { ...signsIn, oauth: plain, http: { base_url: 'https://api.acme.example/v2' } };
  const subdomain = {
    fields: [{ key: 'sub', label: 'Subdomain' }],
    http: { base_url: 'https://${field.sub}.acme.example' },
  };

  it.each<readonly [string, object, string, string]>([
    ['somewhere else', revoking({ url: 'https://evil.example/r' }), 'revocation.url', 'neither come from nor go to'],
    [
      'below a host of the API',
      revoking({ url: 'https://api.acme.example.evil.example/r' }),
      'revocation.url',
      'neither come from nor go to',
    ],
    [
      'at a host that a client would name',
      revoking({ url: 'https://${field.client_id}.acme.example/r' }),
      'revocation.url',
      'neither come from nor go to',
    ],
    ['without TLS', revoking({ url: 'http://acme.example/r' }), 'revocation.url: must begin', 'https://'],
    [
      'with a token in its address',
      revoking({ url: 'https://acme.example/${field.access_token}' }),
      'may not stand here',
      'is secret',
    ],
    [
      'with a secret in its address',
      revoking({ url: 'https://acme.example/${field.client_secret}' }),
      'revocation.url',
      'names nothing',
    ],
    [
      'at an address that comes with the token',
      {
        oauth: { ...signsIn.oauth, revocation: { ...request, url: '${field.instance}/r' } },
        http: signsIn.http,
      },
      'revocation.url',
      'before somebody',
    ],
    [
      'twice',
      { oauth: { revocation: request, revocation_url: 'https://acme.example/r' } },
      'oauth.revocation:',
      'in one way',
    ],
    ['of nothing', revoking({ body: { all: true } }), 'oauth.revocation:', 'names no token'],
    ['with a body that is not sent', revoking({ method: 'GET', proof: 'token' }), 'revocation.body', 'no body'],
    [
      'with two proofs',
      revoking({ proof: 'client', headers: { Authorization: 'Bearer ${field.access_token}' } }),
      'revocation.headers',
      'beside "proof"',
    ],
    ['with a header that is ours', revoking({ headers: { Host: 'x' } }), 'headers.Host', 'by us alone'],
    ['with a value that is none', revoking({ query: { a: '${field.nothing}' } }), 'query.a', 'names nothing'],
  ])('may not be %s', (...[, change, key, message]) => {
    const problems = problemsOf(base, change).filter((problem) => problem.includes(key));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });

  it.each<readonly [string, object]>([
    ['at the token endpoint', revoking({})],
    ['at the API', revoking({ url: 'https://API.acme.example/apps/${field.client_id}/grant', proof: 'client' })],
    [
      'at an API that a field names',
      { ...revoking({ url: 'https://${field.sub}.acme.example/current' }), ...subdomain },
    ],
    ['proven by the token', revoking({ body: undefined, proof: 'token' })],
    [
      'with everything a client has',
      revoking({
        body_type: 'form',
        body: { id: '${field.client_id}', secret: '${field.client_secret}', token: '${field.refresh_token}' },
      }),
    ],
  ])('may be %s', (_name, change) => {
    expect(problemsOf(base, change)).toEqual([]);
  });
});

describe('an exchange', () => {
  const request = { grant: 'request', url: 'https://acme.example/login', token_url: undefined };

  it.each<readonly [string, object, string, string]>([
    ['without its way', { auth_mode: 'none', fields: [] }, 'exchange:', '"pat"'],
    [
      'with a callback',
      { exchange: { captures: { a: { from: 'callback', path: 'a' } } } },
      'captures.a.from',
      'no callback',
    ],
    [
      'with a proof of itself',
      { exchange: { assertion: { claims: { a: '${field.assertion}' } } } },
      'exchange.assertion',
      'made here',
    ],
    ['with a grant of its own', { exchange: { params: { grant_type: 'x' } } }, 'params.grant_type', 'by us alone'],
    ['with a proof that is not sent', { exchange: request }, 'exchange.assertion', 'not sent'],
    [
      'with a proof that is none',
      { exchange: { ...request, assertion: undefined, headers: { a: '${field.assertion}' } } },
      'exchange.assertion',
      'is missing',
    ],
    [
      'that is of no use',
      { exchange: { attach: { scheme: 'bearer', token: '${field.key}' } } },
      'exchange.attach',
      'access_token',
    ],
    [
      'for a host of anybody’s',
      { exchange: { captures: { base: { path: 'base' } } }, http: { base_url: '${field.base}' } },
      'captures.base.pattern',
      'is missing',
    ],
    [
      'at an address that comes with it',
      {
        exchange: {
          token_url: '${field.base}/t',
          captures: { base: { path: 'base', pattern: 'https://a\\.example' } },
        },
      },
      'exchange.token_url',
      'before somebody',
    ],
  ])('may not be %s', (...[, change, key, message]) => {
    const problems = problemsOf(exchanges, change).filter((problem) => problem.includes(key));
    expect(problems).toEqual([expect.stringContaining(message)]);
  });
});
