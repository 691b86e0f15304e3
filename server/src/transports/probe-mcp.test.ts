import { afterAll, expect, it } from 'vitest';
import { startEchoMcp } from '../../../tests/emulators/echo-mcp.ts';
import { startEverything } from '../../../tests/support/everything.ts';
import { openEgress } from '../../../tests/support/open-egress.ts';
import { systemClock } from '../lib/clock.ts';
import { Secret } from '../lib/secret.ts';
import { createMcpSessions } from './mcp/sessions/mcp-sessions.ts';
import type { RemoteTarget } from './mcp/mcp-target.ts';
import { noLocalServers } from './mcp/stdio/open-local-servers.ts';
import { callMcpTool } from './mcp.ts';
import { type McpProbe, probeMcp } from './probe-mcp.ts';
import { createRedactor } from '../lib/redact.ts';

const egress = openEgress();
afterAll(() => egress.close());

function targetAt(url: string, more: Partial<RemoteTarget> = {}): RemoteTarget {
  return {
    url,
    transport: 'streamable-http',
    headers: {},
    attachment: { headers: {}, query: {} },
    loopback: false,
    ...more,
  };
}

function probe(target: RemoteTarget, timeoutMs = 10_000): Promise<McpProbe> {
  return probeMcp({
    target,
    egress,
    clock: systemClock,
    local: noLocalServers,
    workspaceId: 'w',
    redactor: createRedactor([]),
    signal: new AbortController().signal,
    timeoutMs,
  });
}

it('finds out who the server is and what it offers, reads and writes told apart', async () => {
  const server = await startEchoMcp();
  const found = await probe(targetAt(server.endpoint));
  expect(found).toMatchObject({ status: 'ok', server: { name: 'echo', version: '1.0.0' } });
  const effects =
    found.status === 'ok'
      ? Object.fromEntries(found.tools.map(({ name, effect, destructive }) => [name, [effect, destructive]]))
      : {};
  expect(effects).toMatchObject({ echo: ['read', false], add_note: ['write', false], fail: ['write', true] });
  await server.stop();
});

it('says that a server wants credentials, and takes them in headers or the query', async () => {
  const server = await startEchoMcp({ token: 'token-0123456789' });
  expect((await probe(targetAt(server.endpoint))).status).toBe('auth_required');
  const attachment = {
    headers: { authorization: new Secret('Bearer token-0123456789') },
    query: { key: new Secret('k 1') },
  };
  expect((await probe(targetAt(server.endpoint, { attachment }))).status).toBe('ok');
  expect(server.requests.at(-1)?.path).toBe('/mcp?key=k+1');
  await server.stop();
});

it('tells a server that is away from one that refuses', async () => {
  const server = await startEchoMcp();
  await server.stop();
  expect((await probe(targetAt(server.endpoint))).status).toBe('unreachable');
  expect((await probe(targetAt('http://169.254.169.254/mcp'))).status).toBe('refused');
});

it('never shows a credential that cannot be sent', async () => {
  const server = await startEchoMcp();
  const attachment = { headers: { authorization: new Secret('Bearer broken\nsecret-0123') }, query: {} };
  const found = await probe(targetAt(server.endpoint, { attachment }));
  expect(found.status).not.toBe('ok');
  expect(JSON.stringify(found)).not.toContain('secret-0123');
  await server.stop();
});

it.each([
  ['streamableHttp', 'streamable-http'],
  ['sse', 'sse'],
  ['sse', 'streamable-http'],
] as const)('works with the real server-everything over %s, configured as %s', async (mode, transport) => {
  const everything = await startEverything(mode);
  try {
    const target = targetAt(everything.endpoint, { transport });
    const found = await probe(target);
    expect(found.status === 'ok' && found.tools.map(({ name }) => name)).toContain('echo');
    const sessions = createMcpSessions({ egress, clock: systemClock, local: noLocalServers });
    const outcome = await callMcpTool(sessions, {
      key: 'everything',
      workspaceId: 'w',
      target,
      tool: { name: 'echo', input: {} },
      effect: 'read',
      args: { message: 'hello' },
      redactor: createRedactor([]),
      signal: new AbortController().signal,
    });
    expect(outcome).toMatchObject({ status: 'ok', output: { content: [{ type: 'text', text: 'Echo: hello' }] } });
    await sessions.close();
  } finally {
    everything.stop();
  }
});
