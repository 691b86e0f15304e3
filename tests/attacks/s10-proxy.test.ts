import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startListening, type ListeningPlugboard } from '../support/listening.ts';
import { type Proxied, startProxied } from '../support/proxied.ts';

describeOnDatabases('S10: the path of a raw request', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let proxied: Proxied;

  beforeAll(async () => {
    plugboard = await startListening(await migrated());
    proxied = await startProxied(plugboard);
    proxied.seen();
    return () => proxied.stop();
  });

  /** A request written by hand: no client of ours tidies its target up. */
  async function raw(target: string, headers: readonly string[] = []): Promise<number> {
    const socket = connect(Number(new URL(plugboard.publicUrl).port), '127.0.0.1');
    const lines = [
      `GET ${target} HTTP/1.1`,
      `Host: ${new URL(plugboard.publicUrl).host}`,
      `x-api-key: ${plugboard.adminKey}`,
      'Connection: close',
      ...headers,
    ];
    socket.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(await text(socket))?.[1]);
  }

  it.each([
    '/..',
    '/../admin',
    '/a/../../admin',
    '/./admin',
    '/%2e%2e/admin',
    '/%2E./admin',
    '/a%2f..%2f..%2fadmin',
    '/..%2fadmin',
    '/%252e%252e/admin',
    '/%25252e%25252e/admin',
    '/..;/admin',
    '/..%5cadmin',
    '/a\\..\\admin',
    '/a%5c..%5cadmin',
    '//evil.example/x',
    '/a%00b',
    '/a%0d%0aHost:%20evil.example',
    '/a%09b',
    '/\u00e9',
    '/a%zz',
    '/a#b',
  ])('that is %j leads nowhere', async (path) => {
    covers('proxy/own-hosts');
    expect(await raw(`${proxied.path}${path}`)).toBe(400);
    expect(proxied.seen()).toEqual([]);
  });

  it.each(['@evil.example/', ':80/', '.evil.example/', '%40evil.example/'])(
    'does not become another host: proxy%s',
    async (rest) => {
      expect([400, 404]).toContain(await raw(`${proxied.path}${rest}`));
      expect(proxied.seen()).toEqual([]);
    },
  );

  it('is what stands in the request, however our own part of it is spelled', async () => {
    expect(await raw(`${proxied.path.replace('proxy', '%70roxy')}/x`)).toBe(400);
    expect(await raw(`${plugboard.publicUrl}${proxied.path}/x`)).toBe(200);
    expect(proxied.seen().map(({ url }) => url)).toEqual(['/v1/x']);
  });

  it('may hold an encoded slash between plain parts', async () => {
    expect(await raw(`${proxied.path}/projects/group%2Fproject`)).toBe(200);
    expect(proxied.seen().map(({ url }) => url)).toEqual(['/v1/projects/group%2Fproject']);
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'is not read with another method by way of %s',
    async (name) => {
      expect(await raw(`${proxied.path}/x`, [`${name}: DELETE`])).toBe(400);
      expect(await raw(`${proxied.path}/x?_method=DELETE`)).toBe(400);
      expect(proxied.seen()).toEqual([]);
    },
  );

  it.each([
    ['two lengths', ['Content-Length: 3', 'Content-Length: 4']],
    ['a length and chunks', ['Content-Length: 3', 'Transfer-Encoding: chunked']],
    ['an unknown transfer coding', ['Transfer-Encoding: chunked, odd']],
  ])('hides no second request behind %s', async (_how, headers) => {
    expect(await raw(`${proxied.path}/x`, headers)).toBe(400);
    expect(proxied.seen()).toEqual([]);
  });
});
