import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { embeddedAddresses, parseAddress, specialKind } from './addresses.ts';

const kindOf = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address === undefined ? 'no address' : specialKind(address);
};
const inside = (text: string): string[] => {
  const address = parseAddress(text);
  return address === undefined ? [] : embeddedAddresses(address).map(String);
};

it('knows an address on the public internet', () => {
  const v4 = ['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'];
  const more = [
    '128.0.0.1',
    '169.253.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.0.1',
    '192.169.0.1',
    '198.17.0.1',
    '223.255.255.254',
  ];
  const v6 = ['2606:4700:4700::1111', '2001:4860:4860::8888', '2a00:1450:4001:830::200e', '2620:fe::fe', '2003::1'];
  for (const address of [...v4, ...more, ...v6])
    expect({ address, kind: kindOf(address) }).toEqual({ address, kind: undefined });
});

it('names what is not', () => {
  expect(kindOf('10.0.0.1')).toBe('a private address');
  expect(kindOf('fd00::1')).toBe('a private address');
  expect(kindOf('127.0.0.1')).toBe('a loopback address');
  expect(kindOf('169.254.1.1')).toBe('a link-local address');
  expect(kindOf('64:ff9b::1.2.3.4')).toBe('a reserved address');
  expect(kindOf('4000::1')).toBe('a reserved address');
});

it('finds the IPv4 addresses inside IPv6 ones', () => {
  expect(inside('::ffff:10.0.0.1')).toEqual(['10.0.0.1']);
  expect(inside('::10.0.0.1')).toEqual(['10.0.0.1']);
  expect(inside('2002:a00:1::')).toEqual(['10.0.0.1']);
  expect(inside('2001:0:4136:e378:8000:63bf:f5ff:fffe')).toEqual(['65.54.227.120', '10.0.0.1']);
  expect(inside('64:ff9b::10.0.0.1')).toEqual(['10.0.0.1']);
  expect(inside('64:ff9b:1:a00:0:100::')).toContain('10.0.0.1');
  expect(inside('2a00::5efe:10.0.0.1')).toEqual(['10.0.0.1']);
  expect(inside('2a00:1450:4001:830::200e')).toEqual([]);
});

it('judges by the second version of ipaddr.js, which knows the newer ranges', () => {
  const manifest = fileURLToPath(new URL('../package.json', import.meta.resolve('ipaddr.js')));
  expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({
    name: 'ipaddr.js',
    version: expect.stringMatching(/^2\./),
  });
});
