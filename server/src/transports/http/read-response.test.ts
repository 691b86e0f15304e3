import { describe, expect, it } from 'vitest';
import type { Operation } from '../../catalog/connector.ts';
import { Secret } from '../../lib/secret.ts';
import type { Outcome } from '../outcome.ts';
import { createRedactor } from '../redact.ts';
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
    expect_json: [],
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
