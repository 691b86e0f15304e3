import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createPlugboard, PlugboardError, type PlugboardOptions } from './index.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A client of a real server that answers every request with `answer` and remembers what it saw. */
async function clientOf(answer: (response: ServerResponse) => void, options: Partial<PlugboardOptions> = {}) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: await text(request) });
    answer(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return { client: createPlugboard({ key: 'pb_test', url, ...options }), seen, url };
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}) {
  return (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

describe('a request', () => {
  it('carries the key, the query that is given, and a JSON body', async () => {
    const { client, seen } = await clientOf(json({ fine: true }));
    await client.request('PATCH', '/api/v1/things', { query: { q: 'a b&c', none: undefined }, body: { n: 1 } });
    expect(seen[0]).toMatchObject({ method: 'PATCH', url: '/api/v1/things?q=a+b%26c', body: '{"n":1}' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer pb_test', 'content-type': 'application/json' });
  });

  it('without a body says nothing of one', async () => {
    const { client, seen } = await clientOf(json({}));
    await client.me();
    expect(seen[0]?.headers['content-type']).toBeUndefined();
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/api/v1/me', body: '' });
  });

  it('calls a tool by connection and name, each encoded', async () => {
    const { client, seen } = await clientOf(json({ status: 'ok', output: { n: 1 } }));
    const outcome = await client.tools.call({ connection: 'gitlab-2', tool: 'a/b', arguments: { id: 7 } });
    expect(outcome).toEqual({ status: 'ok', output: { n: 1 } });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/v1/connections/gitlab-2/tools/a%2Fb/call',
      body: '{"arguments":{"id":7}}',
    });
  });

  it.each(['..', '.', ''])('never lets %j be a step of a path', async (id) => {
    const { client, seen } = await clientOf(json({}));
    await expect(client.keys.revoke(id)).rejects.toThrow(TypeError);
    await expect(client.approvals.approve(id)).rejects.toThrow(TypeError);
    expect(seen).toEqual([]);
  });

  it('takes an answer without a body', async () => {
    const { client } = await clientOf((response) => response.writeHead(204).end());
    await expect(client.keys.revoke('11111111-1111-4111-8111-111111111111')).resolves.toBeUndefined();
  });

  it('does not follow a redirect with the key, and says where it points', async () => {
    const elsewhere = await clientOf(json({ id: 'x' }));
    const { client } = await clientOf((response) => response.writeHead(302, { location: elsewhere.url }).end());
    await expect(client.me()).rejects.toThrow(elsewhere.url);
    expect(elsewhere.seen).toEqual([]);
  });

  it('goes through the fetch it was given', async () => {
    const asked: string[] = [];
    const own = async (input: string | URL | Request) => {
      asked.push(String(input instanceof Request ? input.url : input));
      return Response.json([{ id: 'github' }]);
    };
    const client = createPlugboard({ key: 'pb_test', url: undefined, fetch: own });
    expect(await client.connectors.list({ q: 'git' })).toEqual([{ id: 'github' }]);
    expect(asked).toEqual(['http://localhost:7400/api/v1/connectors?q=git']);
  });
});

describe('a failure', () => {
  const refusal = { error: { code: 'CONFLICT', message: 'Choose one.', request_id: 'r1', choices: [1, 2] } };

  it('is a PlugboardError with what the server said', async () => {
    const { client } = await clientOf(json(refusal, 409, { 'x-request-id': 'r1' }));
    const error = await client.tools.call({ connection: 'gitlab', tool: 'x' }).catch((reason: unknown) => reason);
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
    await expect(client.me()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
  });

  it('names the address where nothing answers', async () => {
    const client = createPlugboard({ key: 'pb_test', url: 'http://127.0.0.1:1' });
    await expect(client.me()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      status: 0,
      message: expect.stringContaining('http://127.0.0.1:1'),
    });
  });

  it('is TIMEOUT where the answer takes too long, also in the middle of its body', async () => {
    const { client } = await clientOf((response) => void response.writeHead(200).write('{'), { timeoutMs: 50 });
    await expect(client.me()).rejects.toMatchObject({ code: 'TIMEOUT' });
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
