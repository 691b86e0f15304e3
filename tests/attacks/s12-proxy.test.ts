import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Proxied, startProxied } from '../support/proxied.ts';

const script = '<script>fetch("/api/v1/me")</script>';

describeOnDatabases('S12: what a provider answers to a raw request', ({ migrated }) => {
  let plugboard: Plugboard;
  let proxied: Proxied;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    proxied = await startProxied(plugboard);
    return () => proxied.stop();
  });

  const answers = (headers: Readonly<Record<string, string | readonly string[]>>, body = '') =>
    proxied.answer((_request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.writeHead(200).end(body);
    });

  it.each([
    ['a page with a script', 'text/html; charset=utf-8', script],
    ['a picture with a script', 'image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`],
    ['a script', 'text/javascript', 'alert(1)'],
    ['a page that brings rules of its own', 'text/html', script],
  ])('that is %s is a file nobody shows or runs', async (_what, type, body) => {
    covers('proxy/as-answered');
    const rules = { 'content-security-policy': 'script-src *', 'content-disposition': 'inline; filename="a.html"' };
    answers({ 'content-type': type, ...rules, 'x-content-type-options': 'sniff', 'cache-control': 'public' }, body);
    const answer = await plugboard.call(`GET ${proxied.path}/page`);
    expect(answer.text).toBe(body);
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'content-disposition': 'attachment; filename="a.html"',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it('sets no cookie of ours, opens us to no other page and changes nothing about us', async () => {
    covers('proxy/as-answered');
    answers({
      'set-cookie': ['plugboard-7400.session_token=stolen; Path=/', 'other=1'],
      'clear-site-data': '"*"',
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'strict-transport-security': 'max-age=0',
      'service-worker-allowed': '/',
      refresh: '0; url=https://evil.example.com',
      'x-request-id': 'of-somebody-else',
      'x-plugboard-answer': 'ours',
    });
    const { headers } = await plugboard.call(`GET ${proxied.path}/page`);
    const names = Object.keys(headers).join(' ');
    expect(names).not.toMatch(/cookie|clear-site|access-control|strict-transport|service-worker|refresh/);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['x-plugboard-answer']).toBe('provider');
  });

  it('says its own limits, and none of ours beside them', async () => {
    answers({ 'x-ratelimit-remaining': '59' });
    const limited = await plugboard.call(`GET ${proxied.path}/page`);
    expect(limited.headers['x-ratelimit-remaining']).toBe('59');
    expect(limited.headers).not.toHaveProperty('x-ratelimit-limit');
  });

  it('looks like none of ours: a refusal of the provider says whose it is', async () => {
    proxied.answer((_request, response) => void response.writeHead(401).end('{"error":{"code":"UNAUTHORIZED"}}'));
    const theirs = await plugboard.call(`GET ${proxied.path}/page`);
    expect(theirs).toMatchObject({ status: 401, headers: { 'x-plugboard-answer': 'provider' } });
    const ours = await plugboard.call(`GET ${proxied.path}/page`, { key: 'pb_of-nobody' });
    expect(ours.status).toBe(401);
    expect(ours.headers).not.toHaveProperty('x-plugboard-answer');
  });

  it.each(['GET', 'POST'])('is not for a browser that is signed in here: %s', async (method) => {
    covers('proxy/as-answered');
    proxied.seen();
    const bob = await addPerson(plugboard, 'OWNER');
    const { origin } = new URL(plugboard.app.config.publicUrl);
    const headers = { cookie: await bob.browse(origin), origin };
    expect((await plugboard.call('GET /api/v1/me', { key: '', headers })).status).toBe(200);
    const answer = await plugboard.call(`${method} ${proxied.path}/page`, { key: '', headers });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
    expect(proxied.seen()).toEqual([]);
  });

  it.each(['__proto__', 'constructor'])('with a header called %s is an answer like any other', async (name) => {
    answers({ [name]: 'x' }, 'fine');
    expect(await plugboard.call(`GET ${proxied.path}/page`)).toMatchObject({ status: 200, text: 'fine' });
  });
});
