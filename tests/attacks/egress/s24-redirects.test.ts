import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, listenHttp, listenTcp, nameServer, openEgress, type Listening } from './support.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('S24: every redirect is checked again', () => {
  let first: Listening;
  let canary: Listening;
  const seen: Seen[] = [];
  const dns = nameServer({
    'first.example': ['127.0.0.2'],
    'other.example': ['127.0.0.2'],
    'trap.example': ['127.0.0.1'],
  });
  const egress = openEgress({ allow: ['127.0.0.2'], resolver: dns.resolver });

  beforeAll(async () => {
    canary = await listenTcp();
    first = await listenHttp(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      const url = new URL(request.url ?? '/', 'http://first.example');
      const location = url.searchParams.get('to');
      if (location === null) response.end('arrived');
      else response.writeHead(Number(url.searchParams.get('status') ?? 302), { location }).end();
    }, '127.0.0.2');
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(async () => {
    expect(canary.accepted()).toBe(0);
    await egress.close();
    await first.close();
    await canary.close();
  });

  const start = (to: string, status = 302): string =>
    `http://first.example:${first.port}/?status=${status}&to=${encodeURIComponent(to)}`;
  const here = (host: string, path = '/'): string => `http://${host}:${first.port}${path}`;

  it.each([
    'http://127.0.0.1:PORT/',
    '//127.0.0.1:PORT/',
    String.raw`\\127.0.0.1:PORT\ `,
    'http://2130706433:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://trap.example:PORT/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'gopher://127.0.0.1:PORT/',
    'http://first.example:22/',
    'http://user:password@first.example/',
    'http://',
  ])('does not follow one to %s', async (template) => {
    const url = start(template.replaceAll('PORT', String(canary.port)));
    await expectProblem(egress.request({ method: 'GET', url, redirects: 5 }), 'refused', true);
    await expectProblem(egress.stream({ method: 'GET', url, redirects: 5 }), 'refused', true);
    await expectProblem(egress.fetch()(url), 'refused', true);
    expect(seen).toHaveLength(3);
  });

  it('checks the end of a chain like its beginning', async () => {
    const url = start(start(start(`http://127.0.0.1:${canary.port}/`)));
    await expectProblem(egress.request({ method: 'GET', url, redirects: 5 }), 'refused', true);
    expect(seen).toHaveLength(3);
  });

  it('stops after as many as were asked for, and after five at most', async () => {
    let url = here('first.example');
    for (let n = 0; n < 7; n++) url = start(url);
    await expectProblem(egress.request({ method: 'GET', url, redirects: 2 }), 'refused', true);
    expect(seen).toHaveLength(3);
    seen.length = 0;
    await expectProblem(egress.request({ method: 'GET', url, redirects: 99 }), 'refused', true);
    expect(seen).toHaveLength(6);
  });

  it('shows another origin nothing but harmless headers', async () => {
    const headers = {
      Authorization: 'Bearer secret',
      cookie: 'a=secret',
      'x-api-key': 'secret',
      'X-Whatever': 'secret',
      'proxy-authorization': 'secret',
      accept: 'application/json',
    };
    await egress.request({ method: 'GET', url: start(here('other.example')), headers, redirects: 1 });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-whatever': 'secret' });
    expect(JSON.stringify(seen[1])).not.toContain('secret');
    expect(seen[1]?.headers).toMatchObject({ host: `other.example:${first.port}`, accept: 'application/json' });
  });

  it('does not give headers back on the way home', async () => {
    const url = start(`${here('other.example')}?to=${encodeURIComponent(here('first.example'))}`);
    await egress.request({ method: 'GET', url, headers: { authorization: 'secret' }, redirects: 5 });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['secret', undefined, undefined]);
  });

  it('keeps headers within an origin', async () => {
    await egress.request({ method: 'GET', url: start('/next'), headers: { authorization: 'secret' }, redirects: 1 });
    expect(seen[1]).toMatchObject({ url: '/next', headers: { authorization: 'secret' } });
  });

  it.each([301, 302, 303])('turns a POST into a GET after a %i', async (status) => {
    const url = start('/next', status);
    const headers = { 'content-type': 'application/json' };
    await egress.request({ method: 'POST', url, headers, body: '{"a":1}', redirects: 1 });
    expect(seen[1]).toMatchObject({ method: 'GET', url: '/next', body: '' });
    expect(seen[1]?.headers).not.toHaveProperty('content-type');
  });

  it.each([307, 308])('repeats a body after a %i within an origin, never elsewhere', async (status) => {
    await egress.request({ method: 'POST', url: start('/next', status), body: 'payload', redirects: 1 });
    expect(seen[1]).toMatchObject({ method: 'POST', body: 'payload' });
    seen.length = 0;
    const elsewhere = start(here('other.example'), status);
    await expectProblem(
      egress.request({ method: 'POST', url: elsewhere, body: 'payload', redirects: 1 }),
      'refused',
      true,
    );
    expect(seen).toHaveLength(1);
  });

  it('repeats a PUT or DELETE nowhere else either', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      await expectProblem(egress.request({ method, url: start(here('other.example')), redirects: 1 }), 'refused', true);
    expect(seen).toHaveLength(3);
  });
});
