import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, it, vi } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../../../tests/emulators/echo-mcp.ts';
import { listen } from '../../../tests/emulators/listen.ts';
import type { Misbehaviour } from '../../../tests/emulators/misbehaviour.ts';
import { openEgress } from '../../../tests/support/open-egress.ts';
import { systemClock } from '../lib/clock.ts';
import type { JsonObject } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import { describeTransport, type Scene, type Situation, suiteSecret } from './describe-transport.ts';
import { openSession } from './mcp/sessions/open-session.ts';
import { createMcpSessions } from './mcp/sessions/mcp-sessions.ts';
import type { RemoteTarget } from './mcp/mcp-target.ts';
import { noLocalServers } from './mcp/stdio/open-local-servers.ts';
import { callMcpTool, type McpCall } from './mcp.ts';
import type { Outcome } from './outcome.ts';
import { createRedactor } from '../lib/redact.ts';

const egress = openEgress();
const sessions = createMcpSessions({ egress, clock: systemClock, local: noLocalServers });
afterAll(async () => {
  await sessions.close();
  await egress.close();
});

interface Options extends Partial<McpCall> {
  readonly token?: string;
  readonly transport?: RemoteTarget['transport'];
}

function call(server: EchoMcp, tool: string, options: Options = {}): Promise<Outcome> {
  const { token = suiteSecret, transport = 'streamable-http', ...more } = options;
  const attachment = { headers: { authorization: new Secret(`Bearer ${token}`) }, query: {} };
  return callMcpTool(sessions, {
    key: server.url,
    workspaceId: 'w',
    target: { url: server.endpoint, transport, headers: {}, attachment, loopback: false },
    tool: { name: tool, input: {} },
    effect: 'read',
    args: {},
    redactor: createRedactor([new Secret(token)]),
    signal: new AbortController().signal,
    ...more,
  });
}

const misbehaviours: Partial<Record<Situation, Misbehaviour>> = {
  rate_limit: 'rate_limit',
  broken: 'reset_after_work',
};

function toolFor(effect: McpCall['effect'], situation: Situation): [tool: string, args: JsonObject] {
  if (situation === 'refused') return ['fail', { message: 'x' }];
  if (situation === 'hang') return effect === 'read' ? ['slow', { ms: 60_000 }] : ['slow_note', { ms: 60_000 }];
  if (situation === 'huge') return ['long', { bytes: 11 * 1024 * 1024 }];
  if (situation === 'echo') return ['tell_headers', {}];
  return effect === 'read' ? ['echo', { message: 'hello' }] : ['add_note', { note: 'n' }];
}

for (const kind of ['stateless', 'sessions', 'sse'] as const) {
  describeTransport(`MCP (${kind})`, async (): Promise<Scene> => {
    const server = await startEchoMcp({ kind, token: suiteSecret });
    return {
      call: ({ effect, situation, signal, timeoutMs }) => {
        const how = misbehaviours[situation];
        if (how) server.next(how);
        const [tool, args] = toolFor(effect, situation);
        const bad = situation === 'bad_credentials' ? { token: 'unknown-token-012345', key: 'bad' } : {};
        const transport = kind === 'sse' ? 'sse' : 'streamable-http';
        return call(server, tool, { args, effect, signal, timeoutMs, transport, ...bad });
      },
      writes: () => server.state.ran.filter((ran) => ran === 'add_note' || ran === 'cut off').length,
      stop: () => server.stop(),
    };
  });
}

it.each([
  ['sessions', 'streamable-http'],
  ['sse', 'sse'],
] as const)(
  'opens a forgotten session (%s) again, for a write too: it was not carried out',
  async (kind, transport) => {
    const server = await startEchoMcp({ kind });
    expect((await call(server, 'add_note', { args: { note: 'one' }, effect: 'write', transport })).status).toBe('ok');
    server.forgetSessions();
    await setTimeout(100);
    expect(await call(server, 'add_note', { args: { note: 'two' }, effect: 'write', transport })).toMatchObject({
      status: 'ok',
      output: { content: [{ type: 'text', text: 'Kept.' }], structuredContent: { count: 2 } },
    });
    expect(server.state.notes).toEqual(['one', 'two']);
    await server.stop();
  },
);

it('gives up at once when the stream ends that the answers come by: the write may have happened, the read goes again', async () => {
  const server = await startEchoMcp({ kind: 'sse' });
  const write = call(server, 'slow_note', { args: { ms: 60_000 }, effect: 'write', transport: 'sse' });
  await vi.waitUntil(() => server.state.ran.includes('slow_note'));
  const read = call(server, 'slow', { args: { ms: 500 }, transport: 'sse' });
  await vi.waitUntil(() => server.state.ran.includes('slow'));
  server.forgetSessions();
  expect((await write).status).toBe('outcome_unknown');
  expect((await read).status).toBe('ok');
  expect(server.state.ran).toEqual(['slow_note', 'slow', 'slow']);
  await server.stop();
});

it('does not wait for a stream that never says where messages go', async () => {
  const silent = await listen((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  const parts = { timeoutMs: 300, onToolsChanged: () => undefined, owner: { workspaceId: 'w', key: undefined } };
  const world = { egress, clock: systemClock, local: noLocalServers, ...parts };
  const attachment = { headers: {}, query: {} };
  const target = { url: silent.url, transport: 'sse', headers: {}, attachment, loopback: false } as const;
  await expect(openSession({ ...world, target: () => target })).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  await silent.stop();
});

it('shares one session between calls that start together', async () => {
  const server = await startEchoMcp({ kind: 'sessions' });
  const outcomes = await Promise.all([1, 2, 3].map((n) => call(server, 'echo', { args: { message: String(n) } })));
  expect(outcomes.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  const ids = new Set(server.requests.map(({ headers }) => headers['mcp-session-id']).filter((id) => id !== undefined));
  expect(ids.size).toBe(1);
  await server.stop();
});

it('sends renewed credentials with the session that is kept', async () => {
  const server = await startEchoMcp();
  await call(server, 'echo', { args: { message: 'x' }, token: 'token-one-0123' });
  await call(server, 'echo', { args: { message: 'x' }, token: 'token-two-0123' });
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer token-two-0123');
  await server.stop();
});

it('tells the server that a call is cancelled', async () => {
  const server = await startEchoMcp({ kind: 'sessions' });
  const leaving = new AbortController();
  const outcome = call(server, 'slow', { args: { ms: 60_000 }, signal: leaving.signal });
  await setTimeout(300);
  const before = server.requests.length;
  leaving.abort();
  expect((await outcome).status).toBe('unavailable');
  await setTimeout(100);
  expect(server.requests.length).toBeGreaterThan(before);
  await server.stop();
});

it('turns down a tool that the server does not know', async () => {
  const server = await startEchoMcp();
  expect(await call(server, 'gone')).toMatchObject({
    status: 'rejected',
    reason: 'input',
    message: expect.stringContaining('gone'),
  });
  await server.stop();
});

it('is unavailable where nobody listens, even for a write', async () => {
  const server = await startEchoMcp();
  await server.stop();
  expect((await call(server, 'add_note', { effect: 'write' })).status).toBe('unavailable');
});

it('asks for the tools once, and again when the server says that they changed', async () => {
  for (const kind of ['stateless', 'sessions'] as const) {
    const server = await startEchoMcp({ kind });
    const target = {
      url: server.endpoint,
      transport: 'streamable-http',
      headers: {},
      attachment: { headers: {}, query: {} },
      loopback: false,
    } as const;
    const names = () =>
      sessions.use(
        { key: server.url, workspaceId: 'w', target, signal: new AbortController().signal },
        async ({ tools }) => (await tools()).map(({ name }) => name),
      );
    expect(await names()).not.toContain('later');
    await setTimeout(100);
    server.addTool('later');
    await setTimeout(600);
    expect(await names()).toContain('later');
    await server.stop();
  }
});
