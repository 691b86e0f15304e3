import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '../../server/src/http/create-server.ts';
import { bareApp, bareConfig, fixedAccess } from '../support/bare-app.ts';

let server: FastifyInstance;
beforeAll(async () => {
  server = createServer(await bareApp({ access: fixedAccess({ owner: {} }) }), { routes: [] });
});
afterAll(() => server.close());

async function statusFor(host: string, url = '/openapi.json'): Promise<number> {
  const response = await server.inject({ url, headers: { host, authorization: 'Bearer owner' } });
  return response.statusCode;
}

describe('S7: a name that was rebound to us', () => {
  it.each([
    'evil.example',
    'evil.example:7400',
    'localhost',
    'localhost:7401',
    'localhost.evil.example:7400',
    '',
    'localhost:7400:7400',
    '0x7f000001:7400',
  ])('Host %j is refused', async (host) => {
    expect(await statusFor(host)).toBe(400);
  });

  it.each(['localhost:7400', 'LOCALHOST:7400', '127.0.0.1:7400'])('Host %s is ours', async (host) => {
    expect(await statusFor(host)).toBe(200);
  });

  it('a forwarded host changes nothing', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost:7400', authorization: 'Bearer owner' };
    expect((await server.inject({ url: '/openapi.json', headers })).statusCode).toBe(400);
  });

  it.each(['/healthz', '/readyz'])('%s answers to any', async (url) => {
    expect(await statusFor('10.0.0.7', url)).toBe(200);
  });

  it('a public https URL answers with and without its port, and the listener by its literal', async () => {
    const config = { ...bareConfig, host: '::1', publicUrl: 'https://plugboard.example' };
    const behind = createServer(await bareApp({ config, access: fixedAccess({ owner: {} }) }), { routes: [] });
    const ask = async (host: string) =>
      (await behind.inject({ url: '/openapi.json', headers: { host, authorization: 'Bearer owner' } })).statusCode;
    expect(
      await Promise.all(['plugboard.example', 'plugboard.example:443', '[::1]:7400', 'plugboard.example:80'].map(ask)),
    ).toEqual([200, 200, 200, 400]);
    await behind.close();
  });
});
