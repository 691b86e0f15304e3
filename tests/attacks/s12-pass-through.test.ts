import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { listen } from '../emulators/listen.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

type Provider = (request: IncomingMessage, response: ServerResponse) => void;

const script = '<script>fetch("/api/v1/me")</script>';
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;

describeOnDatabases('S12: what a provider answers', ({ migrated }) => {
  let plugboard: Plugboard;
  let connection: string;
  let answer: Provider;

  beforeAll(async () => {
    const provider = await listen((request, response) => answer(request, response));
    plugboard = await startPlugboard(await migrated());
    connection = await connect(plugboard, ['http', { base_url: provider.url, api_key: 'a-key-of-sixteen' }]);
    return () => provider.stop();
  });

  const get = (request: object = {}) =>
    plugboard.call(`POST /v1/tools/connectors/http/connections/${connection}/get`, {
      body: { path_params: { path: 'page' } },
      ...request,
    });
  const answers = (status: number, headers: Readonly<Record<string, string | readonly string[]>>, body = '') => {
    answer = (_request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.writeHead(status).end(body);
    };
  };

  it.each([
    ['a page with a script', 'text/html; charset=utf-8', script],
    ['a picture with a script', 'image/svg+xml', svg],
    ['a script', 'text/javascript', 'alert(1)'],
    ['bytes', 'application/pdf', '%PDF-1.7 \u00e9'],
  ])('that is %s is a file nobody shows or runs', async (_what, type, body) => {
    covers('000/invoke-guarded');
    answers(200, { 'content-type': type }, body);
    const passed = await get();
    expect(passed.text).toBe(body);
    expect(passed.headers).toMatchObject({
      'content-type': type,
      'content-disposition': 'attachment',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });

  it('sets no cookie of ours and no other header', async () => {
    covers('000/invoke-guarded');
    answers(200, {
      'content-type': 'application/json',
      'set-cookie': ['plugboard-7400.session_token=stolen; Path=/', 'other=1'],
      'clear-site-data': '"*"',
      'access-control-allow-origin': '*',
      'x-request-id': 'of-somebody-else',
      'x-ratelimit-remaining': '0',
      refresh: '0; url=https://evil.example.com',
      link: '<https://evil.example.com>; rel=preload',
    });
    const { headers } = await get();
    const strange = new Set(['set-cookie', 'clear-site-data', 'access-control-allow-origin', 'refresh', 'link']);
    expect(Object.keys(headers).filter((name) => strange.has(name))).toEqual([]);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['x-ratelimit-remaining']).not.toBe('0');
  });

  it.each([
    ['has no content type', {}],
    ['has two', { 'content-type': 'text/html, application/json' }],
    ['has something else there', { 'content-type': '<script>' }],
  ])('that %s is bytes', async (_what, headers) => {
    covers('000/invoke-guarded');
    answers(200, headers, script);
    expect((await get()).headers['content-type']).toBe('application/octet-stream');
  });

  it('leads nobody elsewhere', async () => {
    covers('000/invoke-guarded');
    answers(302, { location: 'https://evil.example.com/' });
    expect((await get()).headers).not.toHaveProperty('location');
  });

  it('looks like none of ours: a refusal of the provider says whose it is', async () => {
    covers('000/invoke', '000/invoke-guarded');
    answers(401, { 'content-type': 'application/json' }, '{"error":{"code":"UNAUTHORIZED"}}');
    expect(await get()).toMatchObject({ status: 401, headers: { 'x-plugboard-answer': 'provider' } });
    const ours = await get({ key: 'pb_of-nobody' });
    expect(ours.status).toBe(401);
    expect(ours.headers).not.toHaveProperty('x-plugboard-answer');
  });

  it.each([204, 205, 304, 599])('with status %d and no body is passed through', async (status) => {
    covers('000/invoke');
    answers(status, {});
    expect(await get()).toMatchObject({ status, text: '' });
  });

  it('is not for a browser that is signed in here', async () => {
    covers('000/invoke-guarded');
    const bob = await addPerson(plugboard, 'OWNER');
    const { origin } = new URL(plugboard.app.config.publicUrl);
    const cookie = await bob.browse(origin);
    const asked = { key: '', headers: { cookie, origin } };
    expect((await plugboard.call('GET /api/v1/me', asked)).status).toBe(200);
    expect(await get(asked)).toMatchObject({ status: 403, body: { error: { code: 'FORBIDDEN' } } });
  });
});
