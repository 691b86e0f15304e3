import type { Client } from 'undici';
import type { Connected } from '../plugboard/connect-upstreams.ts';
import type { StartedPlugboard } from '../plugboard/start-plugboard.ts';
import type { StartedServer } from '../processes/start-process.ts';
import { legacyCaller, modernCall } from './mcp-calls.ts';

/** One HTTP request of the load. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Makes the request that has a text come back as `Echo: <text>`. */
export type Caller = (text: string) => Asked;

/** A way for a call to reach an upstream. */
export interface Target {
  readonly name: string;
  /** Those of one upstream are compared. */
  readonly upstream: 'mcp' | 'http' | 'large';
  readonly way: 'direct' | 'bare' | 'plugboard' | 'peer';
  readonly origin: string;
  /** The process whose time is counted. */
  readonly pid: number;
  /** How late its event loop was since this was asked last, in milliseconds, where it can tell. */
  readonly loopDelay?: () => Promise<number>;
  /** What one connection does before its first call. */
  open(connection: Client): Promise<Caller>;
}

export interface World {
  readonly upstream: StartedServer;
  readonly forwarder: StartedServer;
  readonly plugboard: StartedPlugboard;
  readonly connected: Connected;
  readonly loopDelay: () => Promise<number>;
}

/** Every way that is measured: each upstream directly, through the bare forwarder and through Plugboard. */
export function targetsOf(world: World): readonly Target[] {
  return [...directTargets(world), ...bareTargets(world), ...ourTargets(world)];
}

function directTargets({ upstream: { pid, addresses } }: World): readonly Target[] {
  const { mcp = '', gitlab = '' } = addresses;
  const { origin, pathname } = new URL(mcp);
  const http = { way: 'direct', pid, origin: gitlab } as const;
  return [
    { name: 'MCP, direct', upstream: 'mcp', way: 'direct', pid, origin, open: always(modernCall(pathname, 'echo')) },
    { name: 'HTTP, direct', upstream: 'http', ...http, open: always(readIssue) },
    { name: '1 MB, direct', upstream: 'large', ...http, open: always(large(readIssue)) },
  ];
}

function bareTargets({ forwarder: { pid, addresses } }: World): readonly Target[] {
  const shared = { way: 'bare', pid, origin: addresses['url'] ?? '' } as const;
  const call = modernCall('/mcp', 'everything__echo');
  return [
    { name: 'MCP, bare forwarder', upstream: 'mcp', ...shared, open: always(call) },
    { name: 'HTTP, bare forwarder', upstream: 'http', ...shared, open: always(readIssue) },
    { name: '1 MB, bare forwarder', upstream: 'large', ...shared, open: always(large(readIssue)) },
  ];
}

function ourTargets({ plugboard, connected, loopDelay }: World): readonly Target[] {
  const { agentKey, echo, gitlab } = connected;
  const shared = { way: 'plugboard', pid: plugboard.pid, origin: plugboard.url, loopDelay } as const;
  const key = { authorization: `Bearer ${agentKey}` };
  const restEcho = restCaller(key, `${echo}/tools/echo`, (message) => ({ message }));
  const restIssue = restCaller(key, `${gitlab}/tools/get_issue`, (project) => ({ project, issue_iid: 1 }));
  const proxied = proxyCaller(key, gitlab);
  const ours = 'everything__echo';
  return [
    { name: 'MCP, /mcp 2026-07-28', upstream: 'mcp', ...shared, open: always(modernCall('/mcp', ours, key)) },
    { name: 'MCP, /mcp 2025-11-25', upstream: 'mcp', ...shared, open: legacyCaller('/mcp', ours, key) },
    { name: 'MCP, REST call', upstream: 'mcp', ...shared, open: always(restEcho) },
    { name: 'HTTP, REST call', upstream: 'http', ...shared, open: always(restIssue) },
    { name: 'HTTP, proxy', upstream: 'http', ...shared, open: always(proxied) },
    { name: '1 MB, REST call', upstream: 'large', ...shared, open: always(large(restIssue)) },
    { name: '1 MB, proxy', upstream: 'large', ...shared, open: always(large(proxied)) },
  ];
}

function always(caller: Caller): Target['open'] {
  return async () => caller;
}

const readIssue: Caller = (project) => ({
  method: 'GET',
  path: `/api/v4/projects/${project}/issues/1`,
  headers: { accept: 'application/json', authorization: 'Bearer glpat-of-the-benchmark' },
});

/** The same call, answered with a megabyte. */
function large(caller: Caller): Caller {
  return (text) => caller(`large-${text}`);
}

function proxyCaller(key: Readonly<Record<string, string>>, connection: string): Caller {
  return (project) => ({
    method: 'GET',
    path: `/api/v1/connections/${connection}/proxy/projects/${project}/issues/1`,
    headers: key,
  });
}

export function restCaller(
  key: Readonly<Record<string, string>>,
  tool: string,
  argumentsOf: (text: string) => Readonly<Record<string, unknown>>,
): Caller {
  const headers = { ...key, 'content-type': 'application/json' };
  return (text) => ({
    method: 'POST',
    path: `/api/v1/connections/${tool}/call`,
    headers,
    body: JSON.stringify({ arguments: argumentsOf(text) }),
  });
}
