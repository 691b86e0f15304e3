import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { type EchoMcp, startEchoMcp } from '../../../../../tests/emulators/echo-mcp.ts';
import { openEgress } from '../../../../../tests/support/open-egress.ts';
import { systemClock } from '../../../lib/clock.ts';
import { nothingAttached } from '../../attachment.ts';
import { createMcpSessions, type McpSessions, type SessionsOptions } from './mcp-sessions.ts';
import { noLocalServers } from '../stdio/open-local-servers.ts';

const egress = openEgress();
afterAll(() => egress.close());

let server: EchoMcp;
let sessions: McpSessions;
beforeEach(async () => {
  server = await startEchoMcp({ kind: 'sessions' });
});
afterEach(async () => {
  await sessions.close();
  await server.stop();
});

function open(limits: Partial<SessionsOptions> = {}): McpSessions {
  sessions = createMcpSessions({ egress, clock: systemClock, local: noLocalServers, ...limits });
  return sessions;
}

const target = () =>
  ({
    url: server.endpoint,
    transport: 'streamable-http',
    headers: {},
    attachment: nothingAttached,
    loopback: false,
  }) as const;

function list(key: string, signal = new AbortController().signal): Promise<number> {
  return sessions.use({ key, workspaceId: 'w', target: target(), signal }, async ({ tools }) => (await tools()).length);
}

/** Requests by which a session begins and ends. */
function handshakes(): { readonly begun: number; readonly ended: number } {
  const begun = new Set(
    server.requests.map(({ headers }) => headers['mcp-session-id']).filter((id) => id !== undefined),
  ).size;
  return { begun, ended: server.requests.filter(({ method }) => method === 'DELETE').length };
}

it('keeps a session for the next call, and lets go of it when nobody came for a while', async () => {
  open({ idleMs: 100 });
  await list('a');
  await list('a');
  expect(handshakes()).toEqual({ begun: 1, ended: 0 });
  await setTimeout(400);
  expect(handshakes()).toEqual({ begun: 1, ended: 1 });
});

it('never shares a session between keys', async () => {
  open();
  await Promise.all([list('a'), list('b')]);
  expect(handshakes().begun).toBe(2);
});

it('lets the one unused for longest make room', async () => {
  open({ most: 2 });
  for (const key of ['a', 'b', 'a', 'c']) await list(key);
  await setTimeout(100);
  expect(handshakes()).toEqual({ begun: 3, ended: 1 });
  await list('a');
  expect(handshakes().begun).toBe(3);
});

it('drops a session only when whoever uses it has finished', async () => {
  open();
  const slow = sessions.use(
    { key: 'a', workspaceId: 'w', target: target(), signal: new AbortController().signal },
    async ({ client }) => {
      sessions.drop('a');
      return client.callTool({ name: 'slow', arguments: { ms: 100 } });
    },
  );
  expect((await slow).isError).not.toBe(true);
  await setTimeout(100);
  expect(handshakes()).toEqual({ begun: 1, ended: 1 });
});

it('stops waiting for a caller who left, without stopping the others', async () => {
  open();
  const leaving = AbortSignal.timeout(0);
  const [left, stayed] = await Promise.allSettled([list('a', leaving), list('a')]);
  expect([left.status, stayed.status]).toEqual(['rejected', 'fulfilled']);
});

it('opens anew after an opening that failed', async () => {
  open();
  const { url } = server;
  await server.stop();
  await expect(list('a')).rejects.toThrow(/./);
  server = await startEchoMcp({ kind: 'sessions' });
  expect(server.url).not.toBe(url);
  expect(await list('a')).toBeGreaterThan(0);
});
