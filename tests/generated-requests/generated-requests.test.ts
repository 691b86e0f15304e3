import * as fc from 'fast-check';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { everyRoute } from '../../server/src/http/openapi/documentation.ts';
import type { Route } from '../../server/src/http/route.ts';
import { checked } from '../battery/request.ts';
import { atOnce } from '../support/at-once.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startInstance, type StartedInstance } from '../support/instance.ts';
import { type GeneratedRequest, requestsTo, strayRequests } from './requests-to.ts';
import { keysOf, likelyValues, namedThings } from './surroundings.ts';

const routes = everyRoute();

/** Another run than the usual one: `PLUGBOARD_TEST_SEED=$RANDOM PLUGBOARD_TEST_RUNS=20000`. */
const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? 20_261_121);
const runs = { sqlite: 2_000, postgres: 500 };

describeOnDatabases('whatever is sent', ({ engine, migrated }) => {
  let instance: StartedInstance;
  let keys: Readonly<Record<string, string>>;
  let known: Readonly<Record<string, readonly unknown[]>>;
  const paths = new Map<Route, readonly Readonly<Record<string, string>>[]>();

  beforeAll(async () => {
    // Nobody is reached: names are not looked up, and addresses are refused.
    const resolver = () => Promise.reject(new Error('There are no name servers here.'));
    instance = await startInstance(await migrated(), {}, { resolver });
    keys = await keysOf(instance);
    for (const route of routes) paths.set(route, await namedThings(instance, route));
    known = likelyValues(instance);
  });
  afterAll(() => instance.stop());

  it('is answered as declared, and never with a 500', async () => {
    covers('everywhere/3-no-500', 'everywhere/3-request-id');
    const callers = Object.keys(keys);
    const likely = (name: string) => (Object.hasOwn(known, name) ? (known[name] ?? []) : []);
    const toRoutes = routes.map((route) =>
      requestsTo(route, { callers, likely, params: paths.get(route) ?? [] }).map((request) => ({
        to: route.name,
        request,
      })),
    );
    const stray = strayRequests(
      callers,
      routes.map(({ path }) => path),
    ).map((request) => ({ to: 'nothing in particular', request }));
    const numRuns = Number(process.env['PLUGBOARD_TEST_RUNS'] ?? runs[engine]);
    let served = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof({ arbitrary: fc.oneof(...toRoutes), weight: 12 }, stray), async ({ to, request }) => {
        const response = await send(request);
        expect(response.statusCode, response.body).not.toBe(500);
        const route = routes.find(({ name }) => name === to);
        if (route === undefined) checkStray(response);
        else checked(route, response);
        served += response.statusCode < 300 ? 1 : 0;
      }),
      { seed, numRuns },
    );
    // A run in which hardly anything was taken would prove little.
    expect(served).toBeGreaterThan(numRuns / 8);
  }, 300_000);

  function send({ caller, method, url, headers, payload }: GeneratedRequest): Promise<LightMyRequestResponse> {
    const key = keys[caller] ?? '';
    return instance.server.inject({
      method,
      url,
      headers: { host: 'localhost:7400', ...atOnce, ...(key === '' ? {} : { 'x-api-key': key }), ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  }
});

/** What answers nothing we declare is refused in the one envelope, or is something that is there for everybody. */
function checkStray(response: LightMyRequestResponse): void {
  expect(response.statusCode).toBeLessThan(500);
  expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  if (response.statusCode < 400 || response.body === '') return;
  expect(response.json()).toMatchObject({ error: { code: expect.any(String), request_id: expect.any(String) } });
}
