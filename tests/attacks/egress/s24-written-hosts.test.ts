import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDials, expectProblem, listenTcp, nameServer, openEgress, type Listening } from './support.ts';

/** Every way we know to write an address that must not be reached. PORT is where the canary listens. */
const written = {
  'loopback, plain': 'http://127.0.0.1:PORT/',
  'loopback, decimal': 'http://2130706433:PORT/',
  'loopback, hexadecimal': 'http://0x7f000001:PORT/',
  'loopback, octal': 'http://017700000001:PORT/',
  'loopback, hexadecimal parts': 'http://0x7f.0x0.0x0.0x1:PORT/',
  'loopback, octal parts': 'http://0177.0.0.01:PORT/',
  'loopback, mixed parts': 'http://0x7f.0.00.1:PORT/',
  'loopback, two parts': 'http://127.1:PORT/',
  'loopback, three parts': 'http://127.0.1:PORT/',
  'loopback, last part wide': 'http://127.65535:PORT/',
  'loopback, octal with many zeros': 'http://0000177.0.0.1:PORT/',
  'loopback, another of its addresses': 'http://127.8.9.10:PORT/',
  'loopback, trailing dot': 'http://127.0.0.1.:PORT/',
  'loopback, two trailing dots': 'http://127.0.0.1..:PORT/',
  'loopback, leading dot': 'http://.127.0.0.1:PORT/',
  'loopback, full-width digits': 'http://127.0.0.1:PORT/',
  'loopback, circled digits': 'http://①②⑦.⓪.⓪.①:PORT/',
  'loopback, mathematical digits': 'http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:PORT/',
  'loopback, ideographic full stops': 'http://127。0。0。1:PORT/',
  'loopback, full-width full stops': 'http://127.0.0.1:PORT/',
  'loopback, half-width full stops': 'http://127。0。0。1:PORT/',
  'loopback, percent-encoded': 'http://%31%32%37.0.0.1:PORT/',
  'loopback, percent-encoded dots': 'http://127%2e0%2e0%2e1:PORT/',
  'loopback, percent-encoded twice': 'http://%2531%2532%2537.0.0.1:PORT/',
  'loopback, soft hyphen inside': 'http://127.0.0.1\u00AD:PORT/',
  'loopback, zero-width space inside': 'http://127.0.0\u200B.1:PORT/',
  'loopback, tab inside': 'http://127.0.\t0.1:PORT/',
  'loopback, newline inside': 'http://127.0.0.\n1:PORT/',
  'loopback, newline in the scheme': 'ht\ntp://127.0.0.1:PORT/',
  'loopback, spaces around': '  http://127.0.0.1:PORT/  ',
  'loopback, control characters around': '\u0000\u001Fhttp://127.0.0.1:PORT/',
  'loopback, backslashes': String.raw`http:\\127.0.0.1:PORT\ `,
  'loopback, one slash': 'http:/127.0.0.1:PORT/',
  'loopback, no slash': 'http:127.0.0.1:PORT/',
  'loopback, many slashes': 'http://////127.0.0.1:PORT/',
  'loopback, scheme in capitals': 'HTTP://127.0.0.1:PORT/',
  'loopback, port with zeros': 'http://127.0.0.1:000PORT/',
  'loopback behind userinfo': 'http://example.com@127.0.0.1:PORT/',
  'loopback behind a backslash': String.raw`http://127.0.0.1:PORT\@example.com/`,
  'loopback behind a fragment': 'http://127.0.0.1:PORT#@example.com/',
  'loopback behind a query': 'http://127.0.0.1:PORT?@example.com/',
  'loopback behind two userinfos': 'http://a@b@127.0.0.1:PORT/',
  'loopback behind a percent-encoded at sign': 'http://example.com%40127.0.0.1:PORT/',
  'loopback behind an empty userinfo': 'http://:@127.0.0.1:PORT/',
  'overflowing decimal': 'http://4429185025:PORT/',
  'overflowing part': 'http://383.0.0.1:PORT/',
  'five parts': 'http://1.127.0.0.1:PORT/',
  localhost: 'http://localhost:PORT/',
  'localhost in capitals': 'http://LOCALHOST:PORT/',
  'localhost with a dot': 'http://localhost.:PORT/',
  'localhost with two dots': 'http://localhost..:PORT/',
  'localhost, full-width': 'http://localhost:PORT/',
  'localhost, circled': 'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/',
  'localhost, long s': 'http://localhoſt:PORT/',
  'localhost, percent-encoded': 'http://%6c%6f%63alhost:PORT/',
  'below localhost': 'http://foo.localhost:PORT/',
  'below localhost with a dot': 'http://foo.LocalHost.:PORT/',
  unspecified: 'http://0.0.0.0:PORT/',
  'unspecified, zero': 'http://0:PORT/',
  'unspecified, hexadecimal': 'http://0x0:PORT/',
  'unspecified, its network': 'http://0.1.2.3:PORT/',
  'IPv6 loopback': 'http://[::1]:PORT/',
  'IPv6 loopback, long': 'http://[0:0:0:0:0:0:0:1]:PORT/',
  'IPv6 loopback, with IPv4 digits': 'http://[::0.0.0.1]:PORT/',
  'IPv6 loopback with a zone': 'http://[::1%25lo]:PORT/',
  'IPv6 unspecified': 'http://[::]:PORT/',
  'IPv6 unspecified, mapped': 'http://[::ffff:0:0]:PORT/',
  'IPv4-mapped loopback': 'http://[::ffff:127.0.0.1]:PORT/',
  'IPv4-mapped loopback, hexadecimal': 'http://[::ffff:7f00:1]:PORT/',
  'IPv4-mapped loopback, long': 'http://[0:0:0:0:0:ffff:7f00:0001]:PORT/',
  'IPv4-mapped public address': 'http://[::ffff:8.8.8.8]:PORT/',
  'IPv4-compatible loopback': 'http://[::127.0.0.1]:PORT/',
  'IPv4-translated loopback': 'http://[::ffff:0:127.0.0.1]:PORT/',
  'NAT64 loopback': 'http://[64:ff9b::7f00:1]:PORT/',
  'NAT64 private': 'http://[64:ff9b::10.0.0.1]:PORT/',
  'NAT64 local use': 'http://[64:ff9b:1::127.0.0.1]:PORT/',
  '6to4 loopback': 'http://[2002:7f00:1::]:PORT/',
  '6to4 private': 'http://[2002:c0a8:101::1]:PORT/',
  Teredo: 'http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:PORT/',
  ISATAP: 'http://[2a00:1450:4001:830:0:5efe:127.0.0.1]:PORT/',
  'ISATAP, universal bit': 'http://[2a00:1450:4001:830:200:5efe:7f00:1]:PORT/',
  'IPv6 link-local': 'http://[fe80::1]:PORT/',
  'IPv6 unique local': 'http://[fd12:3456::1]:PORT/',
  'IPv6 site-local': 'http://[fec0::1]:PORT/',
  'IPv6 multicast': 'http://[ff02::1]:PORT/',
  'IPv6 documentation': 'http://[2001:db8::1]:PORT/',
  'IPv6 documentation, new': 'http://[3fff::1]:PORT/',
  'IPv6 discard-only': 'http://[100::1]:PORT/',
  'IPv6 benchmarking': 'http://[2001:2::1]:PORT/',
  ORCHID: 'http://[2001:10::1]:PORT/',
  ORCHIDv2: 'http://[2001:20::1]:PORT/',
  'IPv6 never assigned': 'http://[4000::1]:PORT/',
  'private 10/8': 'http://10.0.0.1:PORT/',
  'private 172.16/12': 'http://172.31.255.254:PORT/',
  'private 192.168/16': 'http://192.168.0.1:PORT/',
  'private, hexadecimal': 'http://0xc0a80001:PORT/',
  'carrier-grade NAT': 'http://100.64.0.1:PORT/',
  'link-local': 'http://169.254.1.1:PORT/',
  multicast: 'http://224.0.0.1:PORT/',
  reserved: 'http://240.0.0.1:PORT/',
  broadcast: 'http://255.255.255.255:PORT/',
  benchmarking: 'http://198.18.0.1:PORT/',
  'documentation 1': 'http://192.0.2.1:PORT/',
  'documentation 2': 'http://198.51.100.1:PORT/',
  'documentation 3': 'http://203.0.113.1:PORT/',
  'IETF protocol assignments': 'http://192.0.0.8:PORT/',
  '6to4 relay': 'http://192.88.99.1:PORT/',
} as const;

const otherwiseRefused = {
  'scheme file': 'file:///etc/passwd',
  'scheme ftp': 'ftp://example.com/',
  'scheme gopher': 'gopher://127.0.0.1:PORT/_x',
  'scheme data': 'data:text/plain,hello',
  'scheme javascript': 'javascript:alert(1)',
  'scheme ws': 'ws://127.0.0.1:PORT/',
  'scheme blob': 'blob:http://127.0.0.1:PORT/x',
  'scheme view-source': 'view-source:http://127.0.0.1:PORT/',
  'no scheme': '//127.0.0.1:PORT/',
  'no host': 'http://',
  'a dot for a host': 'http://./',
  'userinfo of a public host': 'https://user:password@example.com/',
  'userinfo without password': 'https://token@example.com/',
  'port 0': 'http://example.com:0/',
  'port 22': 'http://example.com:22/',
  'port 25': 'http://example.com:25/',
  'port 6379 is open, 6000 is not': 'http://example.com:6000/',
  'port 10080': 'https://example.com:10080/',
  'port 65536': 'http://example.com:65536/',
} as const;

describe('S24: a host is judged by what it is, however it is written', () => {
  const dns = nameServer({});
  const egress = openEgress({ resolver: dns.resolver });
  let canary: Listening;
  beforeAll(async () => {
    canary = await listenTcp();
  });
  afterAll(async () => {
    expect(canary.accepted()).toBe(0);
    await egress.close();
    await canary.close();
  });

  const doors = {
    request: (url: string) => egress.request({ method: 'GET', url }),
    stream: (url: string) => egress.stream({ method: 'GET', url }),
    check: (url: string) => egress.check(url),
  };

  it.each(Object.entries({ ...written, ...otherwiseRefused }))('refuses %s', async (_name, template) => {
    const url = template.replaceAll('PORT', String(canary.port));
    const dials = await countDials(async () => {
      for (const knock of Object.values(doors)) await expectProblem(knock(url), 'refused', false);
    });
    expect(dials).toBe(0);
  });

  it.each(Object.entries(written))('does not fetch %s', async (_name, template) => {
    const url = template.replaceAll('PORT', String(canary.port));
    const dials = await countDials(async () => {
      await expect(egress.fetch()(url)).rejects.toBeInstanceOf(Error);
    });
    expect(dials).toBe(0);
  });

  it('refuses the same spellings for a database', async () => {
    const hosts = [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '127.1',
      'localhost',
      'LOCALHOST.',
      '::1',
      '[::1]',
      '::ffff:127.0.0.1',
    ];
    const dials = await countDials(async () => {
      for (const host of [
        ...hosts,
        '①②⑦.0.0.1',
        '127。0。0。1',
        '0',
        '10.0.0.1',
        'a@127.0.0.1',
        '127.0.0.1:80',
        '127.0.0.1/x',
      ])
        await expectProblem(egress.connect({ host, port: canary.port }), 'refused', false);
    });
    expect(dials).toBe(0);
  });
});
