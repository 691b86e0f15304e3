import { describe, expect, it } from 'vitest';
import type { Operation } from '../../catalog/connector.ts';
import { Secret } from '../../lib/secret.ts';
import { nothingAttached } from '../attachment.ts';
import { type BuiltRequest, buildRequest, type RequestParts } from './build-request.ts';

const http = {
  base_url: 'https://${field.host}.example.com/v2',
  headers: { accept: 'application/json', 'X-From': 'manifest' },
  query: { version: '7' },
};

function operation(more: Partial<Operation>): Operation {
  return {
    method: 'GET',
    path: '/items/${arg.id}',
    query: {},
    headers: {},
    body_type: 'json',
    ok_status: [],
    expect_json: [],
    ...more,
  };
}

function build(more: Partial<Operation> = {}, parts: Partial<RequestParts> = {}): BuiltRequest {
  return buildRequest({
    connector: { http, derived: {} },
    operation: operation(more),
    config: { host: 'acme' },
    publicUrl: 'https://plugboard.test',
    args: { id: 'a b' },
    attachment: nothingAttached,
    ...parts,
  });
}

function built(...args: Parameters<typeof build>) {
  const result = build(...args);
  if (!result.ok) throw new Error(result.rejected.message);
  return result.request;
}

describe('the address', () => {
  it('is the base with path and query, each value encoded for where it stands', () => {
    const args = { id: 'a b', tags: ['x', 'y&z'], none: null };
    const query = { tag: '${arg.tags}', absent: '${arg.absent}', none: '${arg.none}' };
    expect(built({ query }, { args }).url).toBe('https://acme.example.com/v2/items/a%20b?version=7&tag=x&tag=y%26z');
  });

  it('takes a parameter of the operation in the place of one that every call carries', () => {
    expect(built({ query: { version: '8' } }).url).toBe('https://acme.example.com/v2/items/a%20b?version=8');
  });

  it('takes a key in the query in the place of any other parameter of its name', () => {
    const attachment = { headers: {}, query: { version: new Secret('s&cret') } };
    expect(built({ query: { a: '1' } }, { attachment }).url).toBe(
      'https://acme.example.com/v2/items/a%20b?a=1&version=s%26cret',
    );
  });

  it('takes what the connection fixes in the place of all but a key', () => {
    const fixed = { args: {}, query: { version: '${arg.id}', tenant: 'a b', key: 'mine' }, headers: {} };
    const attachment = { headers: {}, query: { key: new Secret('s3cret') } };
    const query = { version: '8', Tenant: 'other', TENANT: 'other', page: '1' };
    expect(built({ query }, { fixed, attachment }).url).toBe(
      'https://acme.example.com/v2/items/a%20b?page=1&version=%24%7Barg.id%7D&tenant=a%20b&key=s3cret',
    );
  });

  it('says what is wrong with the connection where an argument it fixes does not fit', () => {
    const fixed = { args: { id: '..' }, query: {}, headers: {} };
    expect(build({}, { args: fixed.args, fixed })).toMatchObject({
      ok: false,
      rejected: { message: expect.stringMatching(/^This connection cannot be used/) },
    });
  });

  it('takes all parameters from one argument where the operation says so', () => {
    const [query, key] = ['${arg.query}', { headers: {}, query: { key: new Secret('s3cret') } }];
    const base = 'https://acme.example.com/v2/items/1';
    const asked = { q: 'a b&c', tag: ['x', 'y'], none: null, deep: { n: 1 }, 'é#': '?' };
    expect(built({ query }, { args: { id: '1', query: asked } }).url).toBe(
      `${base}?version=7&q=a%20b%26c&tag=x&tag=y&deep=%7B%22n%22%3A1%7D&%C3%A9%23=%3F`,
    );
    expect(built({ query }, { args: { id: '1' } }).url).toBe(`${base}?version=7`);
    const own = { id: '1', query: { key: 'mine', version: '8' } };
    expect(built({ query }, { args: own, attachment: key }).url).toBe(`${base}?version=8&key=s3cret`);
  });

  it.each(['..', '.', 'a/b', 'a\\b', '%2e%2e', 'a\u0000', ''])('cannot be changed by the argument %j', (id) => {
    const result = build({}, { args: { id } });
    expect(result).toMatchObject({ ok: false, rejected: { reason: 'input', problems: [{ path: '/id' }] } });
  });

  it('says what is wrong with the connection where a field does not fit', () => {
    const result = build({}, { config: { host: 'evil.test/' } });
    expect(result).toMatchObject({
      ok: false,
      rejected: { message: expect.stringMatching(/^This connection cannot be used/) },
    });
  });
});

describe('the headers', () => {
  const attachment = { headers: { authorization: new Secret('Bearer t'), 'x-from': new Secret('auth') }, query: {} };
  const fixed = { args: {}, query: {}, headers: { 'x-from': 'connection', 'x-extra': '1' } };
  const headers = { 'x-from': 'call', 'x-call': '2' };

  it('go auth before what the connection fixes before manifest before call', () => {
    expect(built({}, { attachment, fixed, headers }).headers).toMatchObject({
      authorization: 'Bearer t',
      'x-from': 'auth',
    });
    expect(built({}, { fixed, headers }).headers).toMatchObject({
      'x-from': 'connection',
      'x-extra': '1',
      'x-call': '2',
    });
    expect(built({}, { headers }).headers).toMatchObject({ 'x-from': 'manifest' });
  });

  it.each(['Host', 'content-length', 'Transfer-Encoding', 'bad name'])(
    'are refused where a call asks for %s',
    (name) => {
      expect(build({}, { headers: { [name]: '1' } })).toMatchObject({ ok: false });
    },
  );

  it('are refused, without being shown, where a secret would break out of them', () => {
    const broken = { headers: { authorization: new Secret('Bearer a\r\nx: secret') }, query: {} };
    const result = build({}, { attachment: broken });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});

describe('the body', () => {
  it('keeps the types of arguments and leaves out what is absent', () => {
    const body = { title: '${arg.title}', count: '${arg.count}', gone: '${arg.gone}', text: 'No ${arg.count}' };
    const request = built({ method: 'POST', body }, { args: { id: '1', title: 'T', count: 3 } });
    expect(JSON.parse(String(request.body))).toEqual({ title: 'T', count: 3, text: 'No 3' });
    expect(request.headers?.['content-type']).toBe('application/json');
  });

  it('may be a form or text', () => {
    const form = built({ method: 'POST', body: { a: '${arg.id}', b: ['1', '2'] }, body_type: 'form' });
    expect([form.body, form.headers?.['content-type']]).toEqual([
      'a=a%20b&b=1&b=2',
      'application/x-www-form-urlencoded',
    ]);
    const text = built({ method: 'POST', body: 'say ${arg.id}', body_type: 'text' });
    expect([text.body, text.headers?.['content-type']]).toEqual(['say a b', 'text/plain; charset=utf-8']);
  });
});

describe('a mail', () => {
  const mail = { headers: { To: '${arg.to}', Cc: '${arg.cc}' }, text: '${arg.text}' };
  const sends: Partial<Operation> = { method: 'POST', path: '/send', mail, body: { raw: '${derived.mail|base64url}' } };

  it('stands in the body as the manifest puts it there', () => {
    const request = built(sends, { args: { to: 'a@example.com', text: 'ü' } });
    const { raw } = JSON.parse(String(request.body));
    expect(Buffer.from(raw, 'base64url').toString()).toMatch(
      /^To: a@example\.com\r\nMIME-Version: [^]+\r\n\r\nw7w=\r\n$/,
    );
  });

  it('is refused where an argument would add a header, in words about the argument', () => {
    const result = build(sends, { args: { to: 'a@example.com\r\nBcc: evil@example.com', text: '' } });
    expect(result).toMatchObject({
      ok: false,
      rejected: { reason: 'input', message: expect.stringMatching(/^The argument to may not hold line breaks/) },
    });
    expect(JSON.stringify(result)).not.toContain('evil');
  });
});
