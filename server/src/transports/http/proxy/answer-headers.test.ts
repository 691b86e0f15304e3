import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/secret.ts';
import { createRedactor } from '../../../lib/redact.ts';
import { passAnswerHeaders } from './answer-headers.ts';

const addresses = {
  asked: 'https://api.example.com/v1/things?page=1',
  base: 'https://api.example.com/v1',
  here: 'https://plugboard.example/api/v1/connections/1/proxy',
};
const redactor = createRedactor([new Secret('of-the-provider')]);
const passed = (headers: Record<string, string>) => passAnswerHeaders(headers, redactor, addresses);
const attachment = { 'content-disposition': 'attachment' };

describe('the headers of an answer that goes on', () => {
  it.each([
    'content-type',
    'content-length',
    'content-range',
    'etag',
    'last-modified',
    'vary',
    'retry-after',
    'x-ratelimit-remaining',
    'www-authenticate',
    'x-github-request-id',
    'warning',
  ])('%s is kept', (name) => expect(passed({ [name]: '1' })).toEqual({ [name]: '1', ...attachment }));

  it.each([
    'set-cookie',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'trailer',
    'upgrade',
    'proxy-authenticate',
    'access-control-allow-origin',
    'clear-site-data',
    'strict-transport-security',
    'content-security-policy',
    'x-frame-options',
    'cache-control',
    'refresh',
    'alt-svc',
    'service-worker-allowed',
    'x-plugboard-answer',
  ])('%s is dropped', (name) => expect(passed({ [name]: '1' })).toEqual(attachment));

  it('what the connection header names is dropped', () => {
    expect(passed({ connection: 'X-Hop', 'x-hop': '1' })).toEqual(attachment);
  });

  it('secrets are taken out', () => {
    expect(passed({ 'x-echo': 'key of-the-provider' })['x-echo']).toBe('key [redacted]');
  });

  it('what cannot be sent on is dropped', () => {
    expect(passed({ 'x-odd': 'ł', 'x-control': 'a\u0007' })).toEqual(attachment);
  });

  it.each([
    ['inline', 'attachment'],
    ['inline; filename="a.html"', 'attachment; filename="a.html"'],
    ['attachment; filename=a.csv', 'attachment; filename=a.csv'],
    ['nonsense', 'attachment'],
  ])('"%s" becomes "%s"', (given, becomes) => {
    expect(passed({ 'content-disposition': given })['content-disposition']).toBe(becomes);
  });

  it('the provider’s request id does not take the place of ours', () => {
    expect(passed({ 'x-request-id': 'theirs' })).toEqual({ 'x-provider-request-id': 'theirs', ...attachment });
  });
});

describe('an address in an answer', () => {
  it.each([
    ['https://api.example.com/v1/things/2?x=1#y', `${addresses.here}/things/2?x=1#y`],
    ['/v1/things/2', `${addresses.here}/things/2`],
    ['2', `${addresses.here}/2`],
    ['//api.example.com/v1/things/2', `${addresses.here}/things/2`],
  ])('below the base leads through the proxy: %s', (location, through) => {
    expect(passed({ location })).toEqual({ location: through, ...attachment });
  });

  it.each([
    'https://elsewhere.example/v1/things/2',
    'http://api.example.com/v1/things/2',
    'https://api.example.com:8443/v1/things/2',
    'https://api.example.com/v2/things',
    'https://api.example.com/v1',
    'https://api.example.com/v1evil/things',
    'https://api.example.com/v1/../admin',
    'https://user@api.example.com/v1/things',
    'javascript:alert(1)',
    'https://',
  ])('elsewhere is told under another name: %s', (location) => {
    expect(passed({ location })).toEqual({ 'x-provider-location': location, ...attachment });
  });

  it('of a link is led through the proxy where it stands below the base', () => {
    const link = '<https://api.example.com/v1/things?page=2>; rel="next", <https://docs.example.com/>; rel="help"';
    expect(passed({ link })['link']).toBe(
      `<${addresses.here}/things?page=2>; rel="next", <https://docs.example.com/>; rel="help"`,
    );
  });
});
