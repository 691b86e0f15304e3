import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { isPlugboardError } from './index.ts';
import { breakOff, clientOf, hangUp, inTurn, json, refusal, type Seen } from './testing/stub-server.ts';

const key = { name: 'Mine' };
const keysOf = (seen: readonly Seen[]) => new Set(seen.map(({ headers }) => headers['idempotency-key']));

describe('a request that was not served', () => {
  it.each([
    [429, 'RATE_LIMITED'],
    [503, 'INTERNAL'],
  ])('with %i comes again, whatever it is', async (status, code) => {
    const { client, seen } = await clientOf(inTurn(refusal(code, status), refusal(code, status), json({ id: 'c' })));
    expect(await client.connections.update('c', { label: 'New' })).toEqual({ id: 'c' });
    const sent = ['PATCH', '{"label":"New"}'];
    expect(seen.map(({ method, body }) => [method, body])).toEqual([sent, sent, sent]);
  });

  it('waits as long as the server asks', async () => {
    covers('sdk/retries');
    const { client, seen } = await clientOf(inTurn(refusal('RATE_LIMITED', 429, { 'retry-after': '1' }), json({})));
    const startedAt = performance.now();
    await client.me.get();
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    expect(seen).toHaveLength(2);
  });

  it('understands a date as well', async () => {
    const date = new Date(Date.now() + 2_000).toUTCString();
    const { client } = await clientOf(inTurn(refusal('RATE_LIMITED', 429, { 'retry-after': date }), json({})));
    const startedAt = performance.now();
    await client.me.get();
    expect(performance.now() - startedAt).toBeGreaterThan(500);
  });

  it('tells its caller where the server asks for longer than a request may take', async () => {
    const { client, seen } = await clientOf(refusal('RATE_LIMITED', 429, { 'retry-after': '3600' }));
    await expect(client.me.get()).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429, retryAfter: 3600 });
    expect(seen).toHaveLength(1);
  });

  it('comes three times, and no more', async () => {
    covers('sdk/retries');
    const { client, seen } = await clientOf(refusal('RATE_LIMITED', 429));
    await expect(client.me.get()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(seen).toHaveLength(3);
  });

  it('comes once where retries are off', async () => {
    const { client, seen } = await clientOf(hangUp, { retries: 0 });
    await expect(client.me.get()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(seen).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 409, 422, 500, 502])('with %i does not come again', async (status) => {
    const { client, seen } = await clientOf(refusal('ANY', status));
    await expect(client.apiKeys.create(key)).rejects.toMatchObject({ status });
    expect(seen).toHaveLength(1);
  });
});

describe('a connection that fails', () => {
  it.each([
    ['before an answer', hangUp],
    ['in the middle of one', breakOff],
  ])('%s: a read comes again', async (_when, fault) => {
    const { client, seen } = await clientOf(inTurn(fault, json({ person: {} })));
    expect(await client.me.get()).toEqual({ person: {} });
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['before an answer', hangUp],
    ['in the middle of one', breakOff],
  ])('%s: a write comes again under the same Idempotency-Key', async (_when, fault) => {
    covers('sdk/once');
    const { client, seen } = await clientOf(inTurn(fault, fault, json({ key: 'pb_new' })));
    expect(await client.apiKeys.create(key)).toEqual({ key: 'pb_new' });
    expect(seen).toHaveLength(3);
    expect([...keysOf(seen)]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  it.each(['PATCH', 'DELETE', 'PUT'] as const)('%s, which takes no such key, does not come again', async (method) => {
    const { client, seen } = await clientOf(hangUp);
    const change = {
      PATCH: () => client.connections.update('c', { label: 'New' }),
      DELETE: () => client.connections.delete('c'),
      PUT: () => client.crews.members.add('c', 'u'),
    }[method];
    await expect(change()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(seen).toMatchObject([{ method }]);
    expect([...keysOf(seen)]).toEqual([undefined]);
  });

  it('two writes have two keys, and a key of the caller’s own stays', async () => {
    const { client, seen } = await clientOf(json({ key: 'pb_new' }));
    await client.apiKeys.create(key);
    await client.apiKeys.create(key);
    await client.apiKeys.create(key, { idempotencyKey: 'order-7' });
    expect(keysOf(seen).size).toBe(3);
    expect(seen[2]?.headers['idempotency-key']).toBe('order-7');
  });

  it('bytes that flow are sent once', async () => {
    const { client, seen } = await clientOf(refusal('RATE_LIMITED', 429));
    const bytes = new Blob(['one', 'two']).stream();
    await expect(client.files.upload(bytes)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(seen.map(({ body }) => body)).toEqual(['onetwo']);
  });
});

describe('time', () => {
  it('is for everything together, so that what would come too late is told at once', async () => {
    covers('sdk/time');
    const { client, seen } = await clientOf(refusal('RATE_LIMITED', 429, { 'retry-after': '20' }), {
      timeoutMs: 2_000,
    });
    const startedAt = performance.now();
    await expect(client.me.get()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 20 });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(seen).toHaveLength(1);
  });

  it('can be said for one request', async () => {
    const { client } = await clientOf(() => {});
    const error: unknown = await client.me.get({ timeoutMs: 50 }).catch((reason: unknown) => reason);
    expect(isPlugboardError(error, 'TIMEOUT')).toBe(true);
    expect(String(error)).toContain('within 0.05 s');
  });

  it('ends when the caller gives up, during a pause too', async () => {
    covers('sdk/time');
    const { client, seen } = await clientOf(refusal('RATE_LIMITED', 429, { 'retry-after': '20' }));
    const leaving = new AbortController();
    const asked = client.me.get({ signal: leaving.signal });
    setTimeout(() => leaving.abort(new Error('Enough.')), 100);
    await expect(asked).rejects.toThrow('Enough.');
    expect(seen).toHaveLength(1);
  });

  it('of a caller that had given up before: nothing is sent', async () => {
    const { client, seen } = await clientOf(json({}));
    await expect(client.me.get({ signal: AbortSignal.abort(new Error('Enough.')) })).rejects.toThrow('Enough.');
    expect(seen).toEqual([]);
  });

  it('leaves no timer behind', async () => {
    const { client } = await clientOf(json({}));
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await client.me.get();
    expect(timers()).toBe(before);
  });
});
