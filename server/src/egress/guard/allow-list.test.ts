import { expect, it } from 'vitest';
import { parseAddress } from './addresses.ts';
import { readAllowList } from './allow-list.ts';

const opens = (entries: readonly string[], address: string): boolean => {
  const parsed = parseAddress(address);
  return parsed !== undefined && readAllowList(entries).opensAddress(parsed);
};

it('opens addresses and ranges, of their own family only', () => {
  expect(opens(['10.0.0.0/8'], '10.200.0.1')).toBe(true);
  expect(opens(['10.0.0.0/8'], '11.0.0.1')).toBe(false);
  expect(opens(['192.168.1.7'], '192.168.1.7')).toBe(true);
  expect(opens(['192.168.1.7'], '192.168.1.8')).toBe(false);
  expect(opens(['fd00::/8'], 'fd12::1')).toBe(true);
  expect(opens(['[fd00::1]'], 'fd00::1')).toBe(true);
  expect(opens(['0.0.0.0/0'], '::1')).toBe(false);
  expect(opens(['127.0.0.0/8'], '::ffff:127.0.0.1')).toBe(false);
});

it('opens names as a URL would spell them', () => {
  const allow = readAllowList(['Intranet.Example.', 'bücher.example', '*.corp.example', ' db ']);
  for (const host of ['intranet.example', 'xn--bcher-kva.example', 'a.corp.example', 'b.a.corp.example', 'db'])
    expect({ host, opens: allow.opensHost(host) }).toEqual({ host, opens: true });
  for (const host of ['corp.example', 'evilcorp.example', 'intranet.example.evil', 'x.intranet.example', ''])
    expect({ host, opens: allow.opensHost(host) }).toEqual({ host, opens: false });
});

it.each([
  'http://intranet.example',
  'intranet.example:8080',
  'a/b',
  '10.0.0.0/33',
  '',
  '*',
  'a.*.b',
  'a b',
  'x@y',
  '.',
])('names the entry it cannot read: "%s"', (entry) => {
  expect(() => readAllowList(['10.0.0.0/8', entry])).toThrow(`PLUGBOARD_EGRESS_ALLOW: "${entry}"`);
});
