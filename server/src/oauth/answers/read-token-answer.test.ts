import { assert, asyncProperty, constantFrom, jsonValue, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { oauthSchema } from '../../catalog/format/oauth.ts';
import { Secret } from '../../lib/secret.ts';
import { readTokenAnswer } from './read-token-answer.ts';

const now = Date.UTC(2026, 10, 21, 12);

type Block = Pick<z.input<typeof oauthSchema>, 'answer' | 'captures' | 'scope_separator'>;

interface Said {
  readonly status?: number;
  readonly retryAfter?: string;
  readonly body: unknown;
}

/** Reads an answer; a body that is no text is sent as JSON. */
function read(
  { status = 200, retryAfter, body }: Said,
  block: Block = {},
  more: { renewing?: boolean; query?: string } = {},
) {
  const { answer, captures, scope_separator } = oauthSchema.parse(block);
  return readTokenAnswer(
    {
      answer: { status, retryAfter, text: typeof body === 'string' ? body : JSON.stringify(body) },
      secrets: [new Secret('client-secret-value')],
    },
    { answer, captures, scopeSeparator: scope_separator },
    { now, renewing: more.renewing ?? false, callback: new URLSearchParams(more.query) },
  );
}

async function tokens(said: Said, block: Block = {}) {
  const outcome = await read(said, block);
  if (!('ok' in outcome) || !outcome.ok) throw new Error(JSON.stringify(outcome));
  const { accessToken, refreshToken, expiresAt, scopes, captured } = outcome.tokens;
  return { access: accessToken.reveal(), refresh: refreshToken?.reveal(), expiresAt, scopes, captured };
}

const at = { access_token: 'at' };
const hour = 3_600_000;

describe('an answer with a token', () => {
  it.each<readonly [string, Said, Block, Record<string, unknown>]>([
    [
      'as the standard writes it',
      { body: { ...at, token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt', scope: 'a b' } },
      {},
      { access: 'at', refresh: 'rt', expiresAt: now + hour, scopes: ['a', 'b'] },
    ],
    ['with a status of 201', { status: 201, body: at }, {}, { access: 'at' }],
    ['without a token type', { body: at }, {}, { access: 'at' }],
    ['of a type of its own: bot', { body: { ...at, token_type: 'bot' } }, {}, { access: 'at' }],
    [
      'as a form',
      { body: 'access_token=at&scope=repo%2Cgist&token_type=bearer' },
      {},
      { access: 'at', scopes: ['repo', 'gist'] },
    ],
    ['with a byte order mark', { body: `\uFEFF${JSON.stringify(at)}` }, {}, { access: 'at' }],
    ['with an empty refresh token', { body: { ...at, refresh_token: '' } }, {}, { refresh: undefined }],
    ['with a refresh token of null', { body: { ...at, refresh_token: null } }, {}, { refresh: undefined }],
    ['with an error of null beside it', { body: { ...at, error: null } }, {}, { access: 'at' }],
    [
      'under another user, with commas',
      {
        body: { ok: true, access_token: 'bot', authed_user: { access_token: 'xoxp', scope: 'chat:write,users:read' } },
      },
      {
        scope_separator: ',',
        answer: {
          access_token: 'authed_user.access_token',
          scope: 'authed_user.scope',
          expect_json: [{ path: 'ok', equals: true }],
        },
      },
      { access: 'xoxp', scopes: ['chat:write', 'users:read'] },
    ],
    [
      'of an installation, with a date',
      { status: 201, body: { token: 'ghs', expires_at: '2026-11-21T13:00:00Z' } },
      { answer: { access_token: 'token', expires_in: 'expires_at', expires_unit: 'date' } },
      { access: 'ghs', expiresAt: now + hour },
    ],
    ['with scopes in a list', { body: { ...at, scope: ['a', 'b', 'a'] } }, {}, { scopes: ['a', 'b'] }],
    ['with no scopes in it', { body: { ...at, scope: '' } }, {}, { scopes: undefined }],
  ])('%s', async (...[, said, block, expected]) => {
    expect(await tokens(said, block)).toMatchObject(expected);
  });
});

describe('an answer whose token stands in one of several places', () => {
  const answer = {
    access_token: ['authed_user.access_token', 'access_token'],
    refresh_token: ['authed_user.refresh_token', 'refresh_token'],
    expires_in: ['authed_user.expires_in', 'expires_in'],
    scope: ['authed_user.scope', 'scope'],
    message: ['reason', 'error'],
  };
  const fresh = { access_token: 'top', refresh_token: 'rt-top', expires_in: 60, scope: 'a' };

  it.each<readonly [string, object, object]>([
    ['the later', fresh, { access: 'top', refresh: 'rt-top', expiresAt: now + 60_000, scopes: ['a'] }],
    [
      'the first, whatever stands in others',
      { ...fresh, authed_user: { access_token: 'own', refresh_token: 'rt-own', expires_in: 3600, scope: 'b,c' } },
      { access: 'own', refresh: 'rt-own', expiresAt: now + hour, scopes: ['b', 'c'] },
    ],
    [
      'the later, where the first says nothing',
      { ...fresh, authed_user: { access_token: '', refresh_token: null } },
      { access: 'top', refresh: 'rt-top' },
    ],
  ])('has that of %s', async (_what, body, found) => {
    expect(await tokens({ body }, { answer })).toMatchObject(found);
  });

  it('is none where no place has one, and says why in the words of any', async () => {
    expect(await read({ body: { authed_user: { id: 'U0' } } }, { answer })).toMatchObject({ error: 'malformed' });
    const refused = await read({ status: 400, body: { error: 'odd', reason: 'Not today' } }, { answer });
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('Not today') });
  });
});

describe('when a token ends', () => {
  it.each<readonly [string, unknown, Block['answer'], number | undefined]>([
    ['in seconds', 60, {}, now + 60_000],
    ['in seconds, as text', '60', {}, now + 60_000],
    ['in milliseconds', 60_000, { expires_unit: 'milliseconds' }, now + 60_000],
    ['since the epoch', (now + hour) / 1000, { expires_unit: 'epoch_seconds' }, now + hour],
    [
      'since the epoch in milliseconds, as text',
      String(now + hour),
      { expires_unit: 'epoch_milliseconds' },
      now + hour,
    ],
    ['as a date of RFC 3339', '2026-11-21T14:00:00+01:00', { expires_unit: 'date' }, now + hour],
    ['as a date of HTTP', 'Sat, 21 Nov 2026 13:00:00 GMT', { expires_unit: 'date' }, now + hour],
    ['as a date without a zone', '2026-11-21 13:00:00', { expires_unit: 'date' }, now + hour],
    ['not said', undefined, {}, undefined],
    ['not said, but known', undefined, { expires_default: 7200 }, now + 2 * hour],
    ['said although there is a default', 60, { expires_default: 7200 }, now + 60_000],
    ['never: 0', 0, {}, undefined],
    ['never: -1', -1, {}, undefined],
    ['never: in a thousand years', 31_536_000_000, { expires_default: 60 }, undefined],
    ['before now', now / 1000 - 5, { expires_unit: 'epoch_seconds' }, undefined],
    ['not at all: a word', 'soon', {}, undefined],
    ['not at all: an object', {}, { expires_unit: 'date' }, undefined],
    ['not at all: more than numbers hold', '9'.repeat(400), {}, undefined],
  ])('%s', async (...[, expires_in, answer, expected]) => {
    expect((await tokens({ body: { ...at, expires_in } }, { answer })).expiresAt).toBe(expected);
  });
});

describe('an answer that says no', () => {
  it.each<readonly [string, Said, string, string]>([
    [
      'as the standard does',
      { status: 400, body: { error: 'invalid_grant', error_description: 'Token expired.' } },
      'invalid_grant',
      'Token expired.',
    ],
    ['with 401', { status: 401, body: { error: 'invalid_client' } }, 'invalid_client', 'invalid_client'],
    [
      'with 200, as GitHub does',
      { body: { error: 'bad_refresh_token', error_description: 'Gone.' } },
      'invalid_grant',
      'Gone.',
    ],
    [
      'with 200 and a form',
      { body: 'error=bad_verification_code&error_description=Expired' },
      'invalid_grant',
      'Expired',
    ],
    [
      'as HubSpot does',
      { status: 400, body: { status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown' } },
      'invalid_grant',
      'missing or unknown',
    ],
    [
      'inside an object',
      { status: 400, body: { error: { code: 'invalid_grant', message: 'No.' } } },
      'invalid_grant',
      'No.',
    ],
    [
      'with 500, although it knows why',
      { status: 500, body: { error: 'invalid_grant' } },
      'invalid_grant',
      'invalid_grant',
    ],
    ['in a word of its own', { status: 400, body: { error: 'org_suspended' } }, 'org_suspended', 'org_suspended'],
    ['without a reason', { status: 403, body: { oops: 1 } }, 'refused', '403'],
    ['in a sentence', { status: 400, body: { error: 'You may not do this.' } }, 'refused', 'You may not do this.'],
    ['without JSON', { status: 404, body: 'Not here.' }, 'malformed', 'Not here.'],
    ['to a device that waits', { status: 400, body: { error: 'authorization_pending' } }, 'authorization_pending', ''],
  ])('%s', async (...[, said, error, words]) => {
    const outcome = await read(said);
    expect(outcome).toMatchObject({ ok: false, error });
    expect(outcome).toHaveProperty('message', expect.stringContaining(words));
  });

  it('as Slack does: 200, and "ok" is false', async () => {
    const block: Block = { answer: { expect_json: [{ path: 'ok', equals: true }], message: 'error' } };
    expect(await read({ body: { ok: false, error: 'invalid_refresh_token' } }, block)).toMatchObject({
      ok: false,
      error: 'invalid_grant',
    });
    expect(await read({ body: { ok: false, access_token: 'secret-token-value' } }, block)).toEqual({
      ok: false,
      error: 'refused',
      message: 'The provider refused (200): {"ok":false}',
    });
  });

  it.each<readonly [Said, number | undefined]>([
    [{ status: 503, body: '<html>', retryAfter: '7' }, 7000],
    [{ status: 429, body: {}, retryAfter: new Date(now + 9000).toUTCString() }, 9000],
    [{ status: 429, body: {}, retryAfter: '99999999999' }, 86_400_000],
    [{ status: 500, body: '', retryAfter: 'soon' }, undefined],
    [{ status: 400, body: { error: 'temporarily_unavailable' } }, undefined],
  ])('for now: %j', async (said, retryAfterMs) => {
    expect(await read(said)).toMatchObject({ unreachable: true, sent: true, ...(retryAfterMs && { retryAfterMs }) });
  });
});

describe('an answer that is none', () => {
  it.each<readonly [string, Said]>([
    ['a page', { body: '<!doctype html><script>alert(1)</script>' }],
    ['a redirect', { status: 302, body: '' }],
    ['nothing', { body: '' }],
    ['a list', { body: [at] }],
    ['a token of another type', { body: { ...at, token_type: 'DPoP' } }],
    ['a token that is a number', { body: { access_token: 7 } }],
    ['an empty token', { body: { access_token: '' } }],
    ['a token with a line break', { body: { access_token: 'a\r\nx-evil: 1' } }],
    ['a refresh token with a line break', { body: { ...at, refresh_token: 'a\nb' } }],
    ['a token beyond ASCII', { body: { access_token: 'ä' } }],
    ['a token of 100 kB', { body: { access_token: 'a'.repeat(100_000) } }],
    ['JSON as deep as it goes', { body: `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}` }],
  ])('%s', async (_name, said) => {
    const outcome = await read(said);
    expect(outcome).toMatchObject({ ok: false, error: 'malformed' });
    expect(JSON.stringify(outcome)).not.toContain('script');
  });

  it('whatever it is, is an outcome with a sentence of at most a kilobyte', async () => {
    await assert(
      asyncProperty(
        constantFrom(200, 201, 302, 400, 401, 500),
        record(
          { error: jsonValue(), access_token: jsonValue(), expires_in: jsonValue(), scope: jsonValue(), x: string() },
          { requiredKeys: [] },
        ),
        async (status, body) => {
          const outcome = await read({ status, body });
          expect('message' in outcome ? outcome.message.length : 1).toBeLessThan(1024);
        },
      ),
    );
  });
});

describe('captures', () => {
  const captures: Block['captures'] = {
    instance_url: { path: 'instance_url', pattern: 'https://[a-z0-9-]+\\.my\\.salesforce\\.com' },
    realm: { from: 'callback', path: 'realmId', pattern: '\\d+', required: false },
  };
  const instance_url = 'https://acme.my.salesforce.com';

  it('keeps what fits', async () => {
    expect(await read({ body: { ...at, instance_url } }, { captures }, { query: 'realmId=12' })).toMatchObject({
      ok: true,
      tokens: { captured: { instance_url, realm: '12' } },
    });
  });

  it.each([
    'https://acme.my.salesforce.com.evil.example',
    'https://evil.example/https://acme.my.salesforce.com',
    'https://acme.my.salesforce.com\n',
    'http://acme.my.salesforce.com',
    '',
    { toString: 'https://acme.my.salesforce.com' },
    undefined,
  ])('refuses %j', async (wrong) => {
    const outcome = await read({ body: { ...at, instance_url: wrong } }, { captures });
    expect(outcome).toMatchObject({ ok: false, error: 'malformed', message: expect.stringContaining('instance_url') });
  });

  it.each(['realmId=12&realmId=13', ''])('takes nothing from a callback that says %j', async (query) => {
    const outcome = await read({ body: { ...at, instance_url } }, { captures }, { query });
    expect(outcome).toMatchObject({ ok: true, tokens: { captured: { instance_url } } });
    expect(JSON.stringify(outcome)).not.toContain('realm');
  });

  it('need not be repeated when a token is renewed, but may not change into what does not fit', async () => {
    expect(await read({ body: at }, { captures }, { renewing: true })).toMatchObject({
      ok: true,
      tokens: { captured: {} },
    });
    const evil = { ...at, instance_url: 'https://evil.example' };
    expect(await read({ body: evil }, { captures }, { renewing: true })).toMatchObject({ ok: false });
  });
});

it('keeps what was sent, and every token, out of its words', async () => {
  const body = {
    error_description: 'wrong: client-secret-value',
    access_token: 'fresh',
    refresh_token: 'fresh',
    x: { id_token: 'fresh' },
  };
  const outcome = JSON.stringify(await read({ status: 400, body }));
  expect(outcome).toContain('[redacted]');
  expect(outcome).not.toMatch(/client-secret-value|fresh/);
  expect(JSON.stringify(await read({ status: 400, body: { x: body } }))).not.toMatch(/client-secret-value|fresh/);
});
