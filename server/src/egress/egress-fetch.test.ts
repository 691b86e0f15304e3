import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { listenHttp, openEgress } from '../../../tests/attacks/egress/support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function serve(...args: Parameters<typeof listenHttp>) {
  const server = await listenHttp(...args);
  opened.push(server);
  return server;
}

function fetcher(): typeof globalThis.fetch {
  const egress = openEgress({ allow: ['127.0.0.1'] });
  opened.push(egress);
  return egress.fetch();
}

describe('fetch', () => {
  it('takes what the standard takes: a string, a URL, a Request', async () => {
    const server = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      response.end(`${request.method} ${request.headers['x-a']} ${body}`);
    });
    const fetch = fetcher();
    const init = { method: 'POST', headers: { 'x-a': 'b' }, body: 'c' };
    for (const input of [server.url, new URL(server.url)])
      expect(await (await fetch(input, init)).text()).toBe('POST b c');
    expect(await (await fetch(new Request(server.url, init))).text()).toBe('POST b c');
    expect(await (await fetch(server.url)).text()).toBe('GET undefined ');
  });

  it('answers with a Response: status, headers, url', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.writeHead(404, 'Gone Fishing', { 'set-cookie': ['a=1', 'b=2'] }).end('{"a":1}');
    });
    const response = await fetcher()(server.url);
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({
      status: 404,
      ok: false,
      statusText: 'Gone Fishing',
      redirected: true,
      url: `${server.url}/there`,
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it('leaves redirects alone where it is told to', async () => {
    const server = await serve((_request, response) => response.writeHead(307, { location: '/there' }).end());
    const fetch = fetcher();
    const manual = await fetch(server.url, { redirect: 'manual' });
    expect([manual.status, manual.headers.get('location')]).toEqual([307, '/there']);
    await expect(fetch(server.url, { redirect: 'error' })).rejects.toMatchObject({ problem: 'refused', sent: true });
  });

  it('reads answers that have no body', async () => {
    const server = await serve((_request, response) => response.writeHead(204).end());
    const response = await fetcher()(server.url, { method: 'DELETE' });
    expect([response.status, response.body]).toEqual([204, null]);
  });

  it('hands on events as they come, and ends the connection when the reader leaves', async () => {
    let left = false;
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      response.once('close', () => (left = true));
    });
    const reader = (await fetcher()(server.url)).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: 1\n\n');
    await reader?.cancel();
    await expect.poll(() => left).toBe(true);
  });

  it('fails with the reason of its signal, before the answer and during it', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/body') response.write('x');
    });
    const fetch = fetcher();
    const reason = new Error('enough');
    await expect(fetch(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const early = new AbortController();
    setTimeout(() => early.abort(reason), 50);
    await expect(fetch(server.url, { signal: early.signal })).rejects.toBe(reason);
    const late = new AbortController();
    const response = await fetch(`${server.url}/body`, { signal: late.signal });
    setTimeout(() => late.abort(reason), 50);
    await expect(response.text()).rejects.toMatchObject({ problem: 'aborted' });
  });
});

it('carries the MCP client: a session, its stream of events', async () => {
  const adder = new McpServer({ name: 'adder', version: '1.0.0' });
  adder.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, async ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: () => 'session-1' });
  await adder.connect(transport);
  const methods = new Set<string | undefined>();
  const server = await serve((request, response) => {
    methods.add(request.method);
    void transport.handleRequest(request, response);
  });
  const client = new Client({ name: 'plugboard', version: '1.0.0' });
  const changed = Promise.withResolvers<void>();
  client.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve());
  const carrier = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { fetch: fetcher() });
  await client.connect(carrier);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['add']);
  const result = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
  expect(result.content).toEqual([{ type: 'text', text: '5' }]);
  await expect.poll(() => methods.has('GET')).toBe(true);
  adder.sendToolListChanged();
  await changed.promise;
  await carrier.terminateSession();
  await client.close();
  expect(methods).toEqual(new Set(['POST', 'GET', 'DELETE']));
});
