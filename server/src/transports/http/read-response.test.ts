import { describe, expect, it } from 'vitest';
import type { Operation } from '../../catalog/connector.ts';
import { Secret } from '../../lib/secret.ts';
import type { Outcome } from '../outcome.ts';
import { createRedactor } from '../../lib/redact.ts';
import { readResponse, type ReadOptions } from './read-response.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

function read(answer: Answer, more: Partial<Operation> = {}, options: Partial<ReadOptions> = {}): Outcome {
  const { status = 200, headers = { 'content-type': 'application/json' }, body = '' } = answer;
  const operation: Operation = {
    method: 'GET',
    path: '/',
    query: {},
    headers: {},
    body_type: 'json',
    ok_status: [],
    ...more,
  };
  const all = {
    connector: { http: undefined },
    operation,
    effect: 'read',
    redactor: createRedactor([new Secret('s3cret-0123')]),
    now,
    ...options,
  } as const;
  return readResponse(all, { status, headers, body: Buffer.from(body), url: 'https://api.example.com/' });
}

describe('a success', () => {
  it('is its JSON, or the part that is asked for', () => {
    const body = '{"data":{"items":[{"name":"a"}]}}';
    expect(read({ body })).toEqual({ status: 'ok', output: { data: { items: [{ name: 'a' }] } } });
    expect(read({ body }, { select: 'data.items[0].name' })).toEqual({ status: 'ok', output: 'a' });
    expect(read({ body }, { select: 'data.items.0.name' })).toEqual({ status: 'ok', output: 'a' });
    expect(read({ body }, { select: 'data.gone' })).toEqual({
      status: 'ok',
      output: { data: { items: [{ name: 'a' }] } },
    });
  });

  it('keeps what the manifest keeps of the part that is asked for, and everything where that part is missing', () => {
    const body = '{"items":[{"id":1,"by":{"name":"a","url":"x"}}],"next":2}';
    expect(read({ body }, { select: 'items', keep: ['by.name'] })).toEqual({
      status: 'ok',
      output: [{ by: { name: 'a' } }],
    });
    expect(read({ body }, { keep: ['next', 'items.id'] })).toEqual({
      status: 'ok',
      output: { next: 2, items: [{ id: 1 }] },
    });
    expect(read({ body: '{"none":true}' }, { select: 'items', keep: ['id'] })).toEqual({
      status: 'ok',
      output: { none: true },
    });
  });

  it('is null without a body, and text where it is text', () => {
    expect(read({ status: 204 })).toEqual({ status: 'ok', output: null });
    expect(read({ headers: { 'content-type': 'text/csv; charset=iso-8859-1' }, body: Buffer.from([0xe4]) })).toEqual({
      status: 'ok',
      output: 'ä',
    });
    expect(read({ body: 'not json' })).toEqual({ status: 'ok', output: 'not json' });
  });

  it('stands for its bytes where they are few, and for their number where they are many', () => {
    const headers = { 'content-type': 'image/png' };
    expect(read({ headers, body: Buffer.from([1, 2]) })).toEqual({
      status: 'ok',
      output: { content_type: 'image/png', bytes: 2, base64: 'AQI=' },
    });
    expect(read({ headers, body: Buffer.alloc(300_000) })).toMatchObject({ output: { bytes: 300_000, base64: null } });
  });

  it('may have a status that the manifest names', () => {
    expect(read({ status: 404, body: '{}' }, { ok_status: [404] }).status).toBe('ok');
  });

  it('is not JSON where it is nested so deep that nobody could write it out again', () => {
    const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(read({ body })).toEqual({ status: 'ok', output: body });
  });
});

describe('a refusal', () => {
  it.each([
    [401, 'auth'],
    [403, 'scope'],
    [400, 'input'],
    [404, 'input'],
    [409, 'input'],
    [422, 'input'],
    [302, 'input'],
    [429, 'rate_limit'],
  ])('of status %i is about %s', (status, reason) => {
    expect(read({ status, body: '{}' })).toMatchObject({ status: 'rejected', reason });
  });

  it.each([
    [{ message: 'No.' }, 'No.'],
    [{ error: { message: 'No.', code: 7 } }, 'No.'],
    [{ error: 'invalid', error_description: 'No.' }, 'No.'],
    [{ errors: [{ message: 'One.' }, { message: 'Two.' }] }, 'One.; Two.'],
    [{ message: { title: ["can't be blank"] } }, '{"title":["can\'t be blank"]}'],
    [{ anything: 1 }, '{"anything":1}'],
  ])('is told in the words of %j', (body, words) => {
    expect(read({ status: 400, body: JSON.stringify(body) })).toMatchObject({
      message: `The provider answered 400: ${words}`,
    });
  });

  it('is told in the words at the path of the manifest, without markup, secrets or an end in sight', () => {
    expect(read({ status: 400, body: '{"message":"x","why":{"text":"No."}}' }, { message: 'why.text' })).toMatchObject({
      message: 'The provider answered 400: No.',
    });
    const html = { 'content-type': 'text/html' };
    expect(read({ status: 400, headers: html, body: '<html>' })).toMatchObject({
      message: 'The provider answered 400.',
    });
    const long = JSON.stringify({ message: `${'ä'.repeat(250)} s3cret-0123 and more` });
    const told = read({ status: 400, body: long });
    expect('message' in told && Buffer.byteLength(told.message)).toBeLessThan(560);
    expect(JSON.stringify(told)).not.toContain('s3c');
  });

  it('may come with status 200', () => {
    const expectation = { path: 'ok', equals: true } as const;
    expect(
      read({ body: '{"ok":false,"error":"no_channel"}' }, { expect_json: [expectation], message: 'error' }),
    ).toEqual({
      status: 'rejected',
      reason: 'input',
      message: 'The provider refused the call: no_channel',
    });
    expect(read({ body: 'fine' }, { expect_json: [expectation] }).status).toBe('rejected');
    expect(read({ body: '{"errors":[{"message":"Bad field"}],"data":null}' })).toMatchObject({
      status: 'rejected',
      message: 'The provider refused the call: Bad field',
    });
    expect(read({ body: '{"errors":[{"message":"Half"}],"data":{"a":1}}' }).status).toBe('ok');
  });
});

describe('what a manifest says of a whole API', () => {
  const http = {
    base_url: 'https://api.example.com',
    headers: {},
    query: {},
    expect_json: [{ path: 'ok', equals: true }],
    failures: [
      { path: 'error', one_of: ['token_revoked'], reason: 'auth' as const },
      { path: 'errors.0.code', one_of: ['FORBIDDEN', 7], reason: 'scope' as const },
      { path: 'error', one_of: ['slow_down', 'token_revoked'], reason: 'rate_limit' as const },
    ],
  };
  const told = (body: unknown, answer: Answer = {}, more: Partial<ReadOptions> = {}) =>
    read({ ...answer, body: JSON.stringify(body) }, {}, { connector: { http }, ...more });

  it('holds of every operation that does not say otherwise', () => {
    expect(told({ ok: true }).status).toBe('ok');
    expect(told({ ok: false, error: 'no_channel' })).toMatchObject({ status: 'rejected', reason: 'input' });
    const own = { expect_json: [{ path: 'id', exists: true as const }] };
    expect(read({ body: '{"id":1}' }, own, { connector: { http } }).status).toBe('ok');
    expect(read({ body: '{"ok":true}' }, own, { connector: { http } }).status).toBe('rejected');
    expect(read({ body: '{}' }, { expect_json: [] }, { connector: { http } }).status).toBe('ok');
  });

  it.each([200, 400, 403, 500, 502])('tells by its own code what a failure of status %i is about', (status) => {
    expect(told({ error: 'token_revoked' }, { status })).toMatchObject({ status: 'rejected', reason: 'auth' });
    expect(told({ errors: [{ code: 7, message: 'No.' }] }, { status })).toMatchObject({ reason: 'scope' });
    const headers = { 'content-type': 'application/json', 'retry-after': '9' };
    expect(told({ error: 'slow_down' }, { status, headers })).toMatchObject({ reason: 'rate_limit', retry_after: 9 });
    expect(told({ error: 'token_revoked' }, { status, headers })).not.toHaveProperty('retry_after');
  });

  it('leaves a failure with another code to its status, and a success alone', () => {
    expect(told({ error: 'other' }, { status: 401 })).toMatchObject({ reason: 'auth' });
    expect(told({ error: 'other' }, { status: 503 })).toMatchObject({ status: 'unavailable' });
    expect(told({ error: ['token_revoked'] }, { status: 404 })).toMatchObject({ reason: 'input' });
    expect(told({ error: 'other' }, { status: 502 }, { effect: 'write' }).status).toBe('outcome_unknown');
    expect(told({ ok: true, error: 'token_revoked' }).status).toBe('ok');
  });
});

describe('a rate limit', () => {
  it.each([
    [{ 'retry-after': '12' }, 12],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30],
    [{ 'x-ratelimit-reset': String(now / 1000 + 40) }, 40],
    [{ 'x-ratelimit-reset': String(now + 40_000) }, 40],
    [{ 'ratelimit-reset': '50' }, 50],
    [{ 'retry-after': '-' }, undefined],
    [{ 'retry-after': '99999999' }, 86_400],
    [{ 'x-ratelimit-reset': '1700000000' }, 1],
  ])('with %j ends after %s seconds', (headers, seconds) => {
    const outcome = read({ status: 429, headers });
    expect('retry_after' in outcome ? outcome.retry_after : undefined).toBe(seconds);
  });

  it('may hide behind a 403', () => {
    expect(read({ status: 403, headers: { 'x-ratelimit-remaining': '0' } })).toMatchObject({ reason: 'rate_limit' });
    expect(read({ status: 403, headers: { 'x-ratelimit-remaining': '7' } })).toMatchObject({ reason: 'scope' });
  });
});

describe('a provider out of order', () => {
  it('is unavailable', () => {
    expect(read({ status: 503, body: '{"message":"Down"}' })).toEqual({
      status: 'unavailable',
      message: 'The provider answered 503: Down',
    });
    expect(read({ status: 500 }, {}, { effect: 'write' }).status).toBe('unavailable');
  });

  it.each([502, 504])('leaves a write unknown when a gateway answers %i in its place', (status) => {
    expect(read({ status }, {}, { effect: 'write' }).status).toBe('outcome_unknown');
    expect(read({ status }).status).toBe('unavailable');
  });
});
