import { expect, it } from 'vitest';
import { createServer } from '../../server/src/http/create-server.ts';
import { bareApp, bareConfig, withKey } from '../support/bare-app.ts';

/** The last status of 61 wrong keys, each with another forwarded address. */
async function guess(trustProxy: readonly string[]): Promise<number> {
  const server = createServer(await bareApp({ config: { ...bareConfig, trustProxy } }), { routes: [] });
  let status = 0;
  for (let n = 0; n < 61; n += 1) {
    const headers = { ...withKey(`guess-${n}`), 'x-forwarded-for': `203.0.113.${n}` };
    status = (await server.inject({ url: '/openapi.json', headers, remoteAddress: '10.0.0.1' })).statusCode;
  }
  await server.close();
  return status;
}

it('S27: an address that a client forwards itself counts for nothing', async () => {
  expect(await guess([])).toBe(429);
  expect(await guess(['192.0.2.1'])).toBe(429);
});

it('S27: a trusted proxy speaks for its clients', async () => {
  expect(await guess(['10.0.0.0/8'])).toBe(401);
});
