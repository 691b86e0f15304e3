import { describe, expect, it } from 'vitest';
import { overrideInQuery, passHeaders } from './request-headers.ts';

describe('the headers of a request that is passed on', () => {
  it.each([
    'accept',
    'accept-language',
    'content-type',
    'content-encoding',
    'if-none-match',
    'if-match',
    'user-agent',
    'idempotency-key',
    'notion-version',
    'x-github-api-version',
  ])('%s goes along', (name) => expect(passHeaders({ [name]: 'v' })).toEqual({ ok: true, headers: { [name]: 'v' } }));

  it.each([
    'authorization',
    'x-api-key',
    'cookie',
    'proxy-authorization',
    'host',
    'content-length',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
    'expect',
    'accept-encoding',
    'x-workspace',
    'x-request-id',
    'x-plugboard-anything',
    'origin',
    'referer',
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-real-ip',
    'sec-fetch-site',
    'access-control-request-method',
    'traceparent',
    'tracestate',
    'baggage',
  ])('%s stays here', (name) => expect(passHeaders({ [name]: 'v' })).toEqual({ ok: true, headers: {} }));

  it('what the connection header names stays here (RFC 9110 §7.6.1)', () => {
    const passed = passHeaders({ connection: 'close, X-Hop', 'x-hop': '1', 'x-end': '2' });
    expect(passed).toEqual({ ok: true, headers: { 'x-end': '2' } });
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])('%s is refused', (name) => {
    expect(passHeaders({ [name]: 'DELETE' })).toMatchObject({ ok: false, message: expect.stringContaining(name) });
  });

  it.each([
    ['respond-async', undefined],
    ['respond-async, wait=10', undefined],
    ['Respond-Async, return=minimal', 'return=minimal'],
    ['return=representation, odata.maxpagesize=5', 'return=representation, odata.maxpagesize=5'],
  ])('of "prefer: %s" the provider is told %s', (prefer, told) => {
    expect(passHeaders({ prefer })).toEqual({ ok: true, headers: told === undefined ? {} : { prefer: told } });
  });

  it('part of a file is asked for uncompressed', () => {
    expect(passHeaders({ range: 'bytes=0-9', 'accept-encoding': 'gzip' })).toEqual({
      ok: true,
      headers: { range: 'bytes=0-9', 'accept-encoding': 'identity' },
    });
  });
});

describe('a query that is passed on', () => {
  it.each(['_method=DELETE', 'a=b&%5fmethod=put', 'X-HTTP-Method-Override=PATCH', '$httpMethod=POST'])(
    'may not say %s',
    (query) => expect(overrideInQuery(query)).toContain('another method'),
  );
  it.each(['', 'method=flickr.photos.search', 'q=_method'])('may say %j', (query) =>
    expect(overrideInQuery(query)).toBeUndefined(),
  );
});
