import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { createPlugboard, PlugboardError } from './index.ts';
import { clientOf, json } from './testing/stub-server.ts';

describe('a request', () => {
  it('carries the key, the query that is given, and a JSON body', async () => {
    const { client, seen } = await clientOf(json({ fine: true }));
    await client.request('PATCH', '/api/v1/things', { query: { q: 'a b&c', none: undefined }, body: { n: 1 } });
    expect(seen[0]).toMatchObject({ method: 'PATCH', url: '/api/v1/things?q=a+b%26c', body: '{"n":1}' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer pb_test', 'content-type': 'application/json' });
  });

  it('without a body says nothing of one', async () => {
    const { client, seen } = await clientOf(json({}));
    await client.me.get();
    expect(seen[0]?.headers['content-type']).toBeUndefined();
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/me', body: '' });
  });

  it('calls a tool by connection and name, each encoded', async () => {
    const { client, seen } = await clientOf(json({ status: 'ok', output: { n: 1 } }));
    const outcome = await client.connections.tools.call('gitlab-2', 'a/b', { arguments: { id: 7 } });
    expect(outcome).toEqual({ status: 'ok', output: { n: 1 } });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/v1/connections/gitlab-2/tools/a%2Fb/call',
      body: '{"arguments":{"id":7}}',
    });
  });

  it.each(['..', '.', ''])('never lets %j be a step of a path', async (id) => {
    const { client, seen } = await clientOf(json({}));
    await expect(client.apiKeys.revoke(id)).rejects.toThrow(TypeError);
    await expect(client.v1.tools.connectors.operations.list(id).all()).rejects.toThrow(TypeError);
    await expect(client.proxy(id, '/user')).rejects.toThrow(TypeError);
    await expect(client.approvals.approve(id)).rejects.toThrow(TypeError);
    expect(seen).toEqual([]);
  });

  it('takes an answer without a body', async () => {
    const { client } = await clientOf((response) => response.writeHead(204).end());
    await expect(client.apiKeys.revoke('11111111-1111-4111-8111-111111111111')).resolves.toBeUndefined();
  });

  it('does not follow a redirect with the key, and says where it points', async () => {
    covers('sdk/redirects');
    const elsewhere = await clientOf(json({ id: 'x' }));
    const { client } = await clientOf((response) => response.writeHead(302, { location: elsewhere.url }).end());
    await expect(client.me.get()).rejects.toThrow(elsewhere.url);
    expect(elsewhere.seen).toEqual([]);
  });

  it('goes through the fetch it was given', async () => {
    const asked: string[] = [];
    const own = async (address: string) => {
      asked.push(address);
      return Response.json([{ id: 'github' }]);
    };
    const client = createPlugboard({ key: 'pb_test', url: undefined, fetch: own });
    expect(await client.connectors.list({ q: 'git' }).all()).toEqual([{ id: 'github' }]);
    expect(asked).toEqual(['http://localhost:7400/api/v1/connectors?q=git']);
  });
});

describe('the API behind a connection', () => {
  it('is asked with the path, the query and the headers that are given', async () => {
    const { client, seen } = await clientOf(json({}));
    await client.proxy('github', '/repos/a%2Fb?page=2', { query: { q: 'x' }, headers: { 'x-team': 'platform' } });
    await client.proxy('github', 'issues', { method: 'POST', body: { title: 'New' } });
    expect(seen).toMatchObject([
      {
        method: 'GET',
        url: '/api/v1/connections/github/proxy/repos/a%2Fb?page=2&q=x',
        headers: { 'x-team': 'platform' },
      },
      { method: 'POST', url: '/api/v1/connections/github/proxy/issues', body: '{"title":"New"}' },
    ]);
    expect(seen[1]?.headers['idempotency-key']).toBeUndefined();
  });

  it('hands on whatever its provider answered, and refuses what Plugboard refused', async () => {
    const theirs = await clientOf(json({ message: 'Slow down' }, 429, { 'x-plugboard-answer': 'provider' }));
    expect((await theirs.client.proxy('github', '/user')).status).toBe(429);
    expect(theirs.seen).toHaveLength(1);
    const ours = await clientOf(json({ error: { code: 'NOT_FOUND', message: 'None.' } }, 404));
    await expect(ours.client.proxy('github', '/user')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each(['../../../keys', '/a/../../b', '%2e%2e/%2E%2e/x', 'a/..\\..\\..\\x', 'a#b'])(
    'is not left by the path %j',
    async (path) => {
      covers('sdk/redirects');
      const { client, seen } = await clientOf(json({}));
      await expect(client.proxy('github', path)).rejects.toThrow(TypeError);
      expect(seen).toEqual([]);
    },
  );
});

describe('a key that changes', () => {
  it('is asked for before every request, and never quoted', async () => {
    covers('sdk/errors');
    const keys = ['pb_one', 'pb_two', 'not a key'];
    const { client, seen } = await clientOf(json({}), { key: async () => keys.shift() ?? '' });
    await client.me.get();
    await client.me.get();
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer pb_one', 'Bearer pb_two']);
    const error: unknown = await client.me.get().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).not.toContain('not a key');
  });
});

describe('a failure', () => {
  const refusal = { error: { code: 'CONFLICT', message: 'Choose one.', request_id: 'r1', choices: [1, 2] } };

  it('is a PlugboardError with what the server said', async () => {
    covers('sdk/errors');
    const { client } = await clientOf(json(refusal, 409, { 'x-request-id': 'r1' }));
    const error = await client.connections.tools.call('gitlab', 'x').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PlugboardError);
    expect(error).toMatchObject({
      code: 'CONFLICT',
      status: 409,
      message: 'Choose one.',
      requestId: 'r1',
      details: { choices: [1, 2] },
    });
  });

  it.each([
    ['a page of another server', (response: ServerResponse) => response.writeHead(502).end('<html>')],
    ['a success that is not JSON', (response: ServerResponse) => response.end('<html>')],
    ['another error shape', json({ error: 'no' }, 400)],
    ['another shape', json(['me'])],
  ])('%s is UNEXPECTED_ANSWER', async (_what, answer) => {
    const { client } = await clientOf(answer);
    await expect(client.me.get()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
  });

  it('names the address where nothing answers', async () => {
    const client = createPlugboard({ key: 'pb_test', url: 'http://127.0.0.1:1' });
    await expect(client.me.get()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      status: 0,
      message: expect.stringContaining('http://127.0.0.1:1'),
    });
  });

  it('is TIMEOUT where the answer takes too long, also in the middle of its body', async () => {
    const { client } = await clientOf((response) => void response.writeHead(200).write('{'), { timeoutMs: 50 });
    await expect(client.me.get()).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it("is the caller's own reason where the caller gives up", async () => {
    const { client } = await clientOf(() => {});
    const signal = AbortSignal.abort(new Error('Enough.'));
    await expect(client.request('GET', '/slow', { signal })).rejects.toThrow('Enough.');
  });
});

describe('what cannot be meant', () => {
  it.each(['ftp://x', 'localhost:7400', 'http://user:pw@localhost:7400', ''])('the url %j is refused', (url) => {
    expect(() => createPlugboard({ key: 'pb_test', url })).toThrow(TypeError);
  });

  it.each(['', 'two words', 'pb_x\r\nx-evil: 1', 'schlüssel'])('the key %j is refused, and not quoted', (key) => {
    const error = (() => {
      try {
        return createPlugboard({ key });
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(TypeError);
    if (key !== '') expect(String(error)).not.toContain(key);
  });

  it('a path that would change the host is refused', async () => {
    const client = createPlugboard({ key: 'pb_test' });
    await expect(client.request('GET', '@evil.example/')).rejects.toThrow(TypeError);
  });
});
