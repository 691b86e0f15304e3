import { assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/secret.ts';
import { joinUrl, renderOrigin, renderUrl } from './render-url.ts';
import { parseUrl } from './url-template.ts';

const render = (text: string, field: Record<string, unknown>) => renderUrl(parseUrl(text), { field });

describe('parseUrl', () => {
  it('knows where each value stands', () => {
    const positions = (text: string) => [...parseUrl(text).positions.values()];
    expect(positions('https://${field.a}.example.com:${field.b}/x/${field.c}?d=${field.d}')).toEqual([
      'host',
      'port',
      'path',
      'query',
    ]);
    expect(positions('postgres://${field.a}:${field.b}@${field.c}/${field.d}')).toEqual([
      'user',
      'user',
      'host',
      'path',
    ]);
    expect(positions('${field.a}/x/${field.b}')).toEqual(['whole', 'path']);
  });

  it.each(['example.com', '/x', '${field.a}.example.com', '${field.a}${field.b}', 'https://a#b', 'x${field.a}://b'])(
    'refuses %s',
    (text) => {
      expect(() => parseUrl(text)).toThrow(SyntaxError);
    },
  );
});

describe('renderUrl', () => {
  it('fills hosts, paths and queries, each in its own encoding', () => {
    expect(
      render('https://${field.a}.example.com/x/${field.b}?c=${field.c}', { a: 'acme', b: 'b c', c: 'a&b=c' }),
    ).toEqual({
      ok: true,
      value: 'https://acme.example.com/x/b%20c?c=a%26b%3Dc',
    });
  });

  it.each([
    'evil.com/',
    'evil.com?',
    'evil.com#',
    'user@evil.com',
    'evil.com:99',
    'evil.com\\',
    '-a',
    'a..b',
    '',
    'a b',
    'ünder',
    '%2f',
    'a\n',
  ])('lets no host be formed from %j', (a) =>
    expect(render('https://${field.a}.example.com/', { a })).toMatchObject({ ok: false }),
  );

  it('puts more path behind an address that was given whole', () => {
    expect(render('${field.a}/user', { a: 'https://git.example.com/api/v3/' })).toEqual({
      ok: true,
      value: 'https://git.example.com/api/v3/user',
    });
    expect(render('${field.a}', { a: 'https://mcp.example.com/?key=1' })).toEqual({
      ok: true,
      value: 'https://mcp.example.com/?key=1',
    });
  });

  it.each([
    'ftp://a',
    'file:///etc/passwd',
    'https://u:p@a',
    'https://a#b',
    'https://a?x',
    'https:a',
    'a',
    'https://a/../b',
    'https://a/%2e%2e/b',
  ])('takes %s for no address to put more path behind', (a) =>
    expect(render('${field.a}/user', { a })).toMatchObject({ ok: false }),
  );

  it('is secret where a value is', () => {
    const rendered = render('https://api.example.com/bot${field.token}', { token: new Secret('12:ab') });
    expect(rendered.ok && rendered.value instanceof Secret && rendered.value.reveal()).toBe(
      'https://api.example.com/bot12%3Aab',
    );
  });

  it('reaches no other host than the template says, whatever the label', () => {
    assert(
      property(
        oneof(string(), string({ unit: constantFrom('.', '/', '@', ':', 'a', '?', '#', '\\', '%', '2', 'f') })),
        (a) => {
          const rendered = render('https://${field.a}.example.com/x', { a });
          if (!rendered.ok) return;
          const url = new URL(String(rendered.value));
          expect([url.host.endsWith('.example.com'), url.pathname, url.search, url.username]).toEqual([
            true,
            '/x',
            '',
            '',
          ]);
        },
      ),
    );
  });
});

describe('renderOrigin', () => {
  it('is scheme, host and port alone', () => {
    expect(renderOrigin(parseUrl('${field.a}/x'), { field: { a: 'HTTPS://Git.example.com:443/api' } })).toEqual({
      ok: true,
      value: 'https://git.example.com',
    });
    expect(renderOrigin(parseUrl('https://${field.a}.example.com/${field.b}'), { field: { a: 'x' } })).toEqual({
      ok: true,
      value: 'https://x.example.com',
    });
  });

  it('is never formed from a secret', () => {
    expect(renderOrigin(parseUrl('https://${field.a}.example.com'), { field: { a: new Secret('x') } })).toMatchObject({
      ok: false,
      name: 'field.a',
    });
  });
});

describe('joinUrl', () => {
  it('puts path and query behind the base', () => {
    expect(joinUrl('https://a.example/v1/', '/x%2Fy', 'q=1')).toEqual({
      ok: true,
      value: 'https://a.example/v1/x%2Fy?q=1',
    });
    expect(joinUrl('https://a.example', '/x', '')).toEqual({ ok: true, value: 'https://a.example/x' });
  });

  it.each(['/../x', '/%2e%2e/x', '@evil.com/', '.evil.com/', '?a', '/x#'])(
    'refuses %s, which leads elsewhere',
    (path) => {
      expect(joinUrl('https://a.example/v1', path, '')).toMatchObject({ ok: false });
    },
  );

  it('is secret where a part is', () => {
    const joined = joinUrl(new Secret('https://a.example/bot1'), '/x', '');
    expect(joined.ok && joined.value instanceof Secret && joined.value.reveal()).toBe('https://a.example/bot1/x');
  });
});
