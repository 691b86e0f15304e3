import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDials, expectProblem, listenHttp, listenTcp, nameServer, openEgress, type Listening } from './support.ts';

const publicV4 = '93.184.215.14';
const publicV6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c';

describe('S24: a name is judged by every address it resolves to', () => {
  const cases = {
    'one private address': ['10.1.2.3'],
    'loopback, as if a CNAME led there': ['127.0.0.1'],
    'another loopback address': ['127.0.0.53'],
    'a public address, then a private one': [publicV4, '192.168.1.1'],
    'a private address, then a public one': ['192.168.1.1', publicV4],
    'a public A and a private AAAA': [publicV4, 'fd00::1'],
    'a private A and a public AAAA': ['172.16.0.1', publicV6],
    'a public A and an IPv6 loopback': [publicV4, '::1'],
    'a public A and an IPv4-mapped loopback': [publicV4, '::ffff:127.0.0.1'],
    'a public A and a NAT64 loopback': [publicV4, '64:ff9b::7f00:1'],
    'a public A and a 6to4 loopback': [publicV4, '2002:7f00:1::1'],
    'a public A and a link-local with a zone': [publicV4, 'fe80::1%eth0'],
    'an unspecified address': ['0.0.0.0'],
    'cloud metadata': ['169.254.169.254'],
    'AWS metadata over IPv6': ['fd00:ec2::254'],
    'Azure WireServer': ['168.63.129.16'],
    'something that is no address': ['127.0.0.1.nip.example'],
    'twenty public addresses and one private': [...Array.from({ length: 20 }, (_, n) => `93.184.215.${n}`), '10.0.0.1'],
  } as const;

  it.each(Object.entries(cases))('refuses %s', async (_name, addresses) => {
    const dns = nameServer({ 'trap.example': addresses });
    const egress = openEgress({ resolver: dns.resolver });
    const url = 'https://trap.example/';
    const dials = await countDials(async () => {
      await expectProblem(egress.request({ method: 'POST', url, body: '{}' }), 'refused', false);
      await expectProblem(egress.check(url), 'refused', false);
      await expectProblem(egress.connect({ host: 'trap.example', port: 5432 }), 'refused', false);
      await expectProblem(egress.fetch()(url), 'refused', false);
    });
    expect(dials).toBe(0);
    await egress.close();
  });

  it('opens a translation prefix (DNS64) without what is private behind it', async () => {
    const { resolver } = nameServer({
      'six.example': ['64:ff9b::93.184.215.14'],
      'trap.example': ['64:ff9b::10.0.0.1'],
    });
    const egress = openEgress({ allow: ['64:ff9b::/96'], resolver });
    await egress.check('https://six.example/');
    await expectProblem(egress.check('https://trap.example/'), 'refused', false);
    await egress.close();
  });

  it('asks for the normalised name, whatever was written', async () => {
    const dns = nameServer({ 'bücher.example': [], 'xn--bcher-kva.example': ['10.0.0.1'] });
    const egress = openEgress({ resolver: dns.resolver });
    for (const host of ['BÜCHER.example', 'bücher。example', 'xn--bcher-kva.example.', 'b%C3%BCcher.example'])
      await expectProblem(egress.request({ method: 'GET', url: `http://${host}/` }), 'refused', false);
    expect(new Set(dns.asked)).toEqual(new Set(['xn--bcher-kva.example']));
    await egress.close();
  });
});

describe('S24: the address that was checked is the one that is dialled', () => {
  let allowed: Listening;
  let canary: Listening;
  beforeAll(async () => {
    allowed = await listenHttp(
      (_request, response) => response.setHeader('connection', 'close').end('allowed'),
      '127.0.0.2',
    );
    canary = await listenTcp(undefined, '127.0.0.1', allowed.port);
  });
  afterAll(async () => {
    expect(canary.accepted()).toBe(0);
    await allowed.close();
    await canary.close();
  });

  /** Answers with the next address every time it is asked. */
  const rebinding = (addresses: readonly string[]) => {
    let asked = 0;
    const resolver = async () => [{ address: addresses[asked++] ?? '127.0.0.1', ttl: 0 }];
    return { resolver, asked: () => asked };
  };

  it('asks once per connection, so nothing can change between check and dial', async () => {
    const dns = rebinding(['127.0.0.2', '127.0.0.1', '127.0.0.1']);
    const egress = openEgress({ allow: ['127.0.0.2'], resolver: dns.resolver });
    const url = `http://rebind.example:${allowed.port}/`;
    const answer = await egress.request({ method: 'GET', url });
    expect(answer.body.toString()).toBe('allowed');
    expect(dns.asked()).toBe(1);
    await egress.close();
  });

  it('checks again for every new connection', async () => {
    const dns = rebinding(['127.0.0.2', '127.0.0.1']);
    const egress = openEgress({ allow: ['127.0.0.2'], resolver: dns.resolver });
    const url = `http://rebind.example:${allowed.port}/`;
    await egress.request({ method: 'GET', url });
    await expectProblem(egress.request({ method: 'GET', url }), 'refused', false);
    await egress.close();
  });

  it('does not trust an earlier check', async () => {
    const dns = rebinding(['127.0.0.2', '127.0.0.1']);
    const egress = openEgress({ allow: ['127.0.0.2'], resolver: dns.resolver });
    const url = `http://rebind.example:${allowed.port}/`;
    await egress.check(url);
    await expectProblem(egress.request({ method: 'GET', url }), 'refused', false);
    await egress.close();
  });

  it('hands a database driver a socket to the checked address', async () => {
    const dns = rebinding(['127.0.0.2', '127.0.0.1']);
    const egress = openEgress({ allow: ['127.0.0.2'], resolver: dns.resolver });
    const socket = await egress.connect({ host: 'db.example', port: allowed.port });
    expect(socket.remoteAddress).toBe('127.0.0.2');
    expect(dns.asked()).toBe(1);
    socket.destroy();
    await egress.close();
  });
});
