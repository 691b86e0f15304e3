import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen, type Listening } from '../../../../tests/emulators/listen.ts';
import { openEgress } from '../../../../tests/support/open-egress.ts';
import { connectorSchema } from '../../catalog/connector.ts';
import { systemClock } from '../../lib/clock.ts';
import { nothingAttached } from '../attachment.ts';
import { createRedactor } from '../../lib/redact.ts';
import type { AskedPause } from './asked-pause.ts';
import { runHttp } from './run-http.ts';

const egress = openEgress();
let provider: Listening;
beforeAll(async () => {
  const headers = { 'x-come-back-ms': '90000', 'x-ratelimit-reset': '5' };
  provider = await listen((_request, response) => response.writeHead(429, headers).end('{}'));
});
afterAll(() => Promise.all([provider.stop(), egress.close()]));

const manifest = {
  schema: 1,
  id: 'limited',
  name: 'Limited',
  version: '1.0.0',
  description: 'An API with a header of its own.',
  category: 'testing',
  auth_mode: 'none',
  brand_color: '#000000',
};

async function refused(own: object) {
  const asked: AskedPause[] = [];
  const connector = connectorSchema.parse({ ...manifest, http: { base_url: provider.url, ...own } });
  const operation = { method: 'GET', path: '/', query: {}, headers: {}, body_type: 'json', ok_status: [] } as const;
  const outcome = await runHttp({
    connector,
    operation: { ...operation, ok_status: [] },
    effect: 'read',
    config: {},
    publicUrl: 'http://localhost',
    args: {},
    attachment: nothingAttached,
    redactor: createRedactor([]),
    egress,
    clock: systemClock,
    signal: new AbortController().signal,
    onAskedPause: (pause) => asked.push(pause),
  });
  return { outcome, seconds: asked.map(({ until }) => Math.round((until - systemClock.now()) / 10_000) * 10) };
}

it('reads the header that a manifest names, with its unit, before those that everybody knows', async () => {
  const { outcome, seconds } = await refused({ rate_limit: [{ header: 'X-Come-Back-Ms', unit: 'milliseconds' }] });
  expect(outcome).toMatchObject({ status: 'rejected', reason: 'rate_limit', retry_after: 90 });
  expect(seconds).toEqual([90]);
});

it('reads the ones that everybody knows where it names none', async () => {
  const { outcome } = await refused({});
  expect(outcome).toMatchObject({ status: 'rejected', reason: 'rate_limit', retry_after: 5 });
});
