import { describe, expect, it } from 'vitest';
import { ownPath } from './own-path.ts';

const ours = 'https://plugboard.example.com';

describe('where to go next', () => {
  it.each(['/', '/connect/abc', '/docs?q=a%20b#tools', '/connect/a:b@c', '/?to=//evil.example'])(
    '%s is ours',
    (path) => {
      expect(ownPath(ours, path)).toBe(path);
    },
  );

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '\t//evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/connect\\..\\evil',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '@evil.example',
    '.evil.example',
    ':80/',
    'connect',
    '',
    '/ a',
    '/ü',
    '/../..//evil.example',
    '/a\u0000',
    '/a\r\nset-cookie: a=b',
    `/${'a'.repeat(4000)}`,
    ['/connect'],
    undefined,
  ])('%j leads to the front page', (path) => {
    expect(ownPath(ours, path)).toBe('/');
  });
});
