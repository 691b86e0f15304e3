import { expect, it } from 'vitest';
import { normaliseHost, readTarget } from './target.ts';

it('reads what a request needs, once', () => {
  expect(readTarget('https://API.Example.:8443/a/../b?c=d#e')).toEqual({
    href: 'https://api.example:8443/b?c=d',
    origin: 'https://api.example:8443',
    secure: true,
    host: 'api.example',
    port: 8443,
    path: '/b?c=d',
  });
  expect(readTarget('http://[2606:4700::1111]')).toMatchObject({ host: '2606:4700::1111', port: 80, path: '/' });
});

it('never repeats what was written in a refusal', () => {
  for (const url of [
    'ftp://a.example/secret',
    'http://secret@a.example',
    'http://:secret',
    'http://a.example:22/secret?secret',
  ])
    expect(() => readTarget(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
});

it('blocks the ports of the Fetch standard and no others', () => {
  for (const port of [0, 1, 21, 22, 25, 53, 110, 143, 389, 587, 993, 2049, 4190, 5060, 6000, 6667, 6679, 10080])
    expect(() => readTarget(`http://a.example:${port}/`)).toThrow(`Port ${port}`);
  for (const port of [24, 80, 443, 1024, 3000, 5432, 6379, 8080, 65535])
    expect(readTarget(`http://a.example:${port}/`).port).toBe(port);
});

it('spells a host as a URL would', () => {
  expect(normaliseHost('DB.Example.')).toBe('db.example');
  expect(normaliseHost('0x7f.1')).toBe('127.0.0.1');
  expect(normaliseHost('::1')).toBe('::1');
  expect(normaliseHost('[::1]')).toBe('::1');
  expect(normaliseHost('2001:db8:0:0:0:0:0:1')).toBe('2001:db8::1');
});

it.each(['', '.', 'a..b', 'a:80', 'a/b', 'u@a', 'a?b', 'a#b', String.raw`a\b`, '[::1]:80', 'a b', '%00'])(
  'finds no host in "%s"',
  (written) => {
    expect(normaliseHost(written)).toBeUndefined();
  },
);
