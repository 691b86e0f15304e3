import type { Client } from '@modelcontextprotocol/client';
import type { McpSession } from '../sessions/open-session.ts';
import { type ChildTransport, createChildTransport } from './exchange/create-child-transport.ts';
import type { LocalServers, LocalWish, RunningServer } from './create-local-servers.ts';
import { LocalServerFailure } from './local-server-failure.ts';

type Sdk = typeof import('@modelcontextprotocol/client');

/** What opening a session with a program takes. */
export interface OpeningProgram {
  readonly local: LocalServers;
  readonly wish: LocalWish;
  /** A client that is not connected yet. */
  readonly newClient: (sdk: Sdk) => Client;
  readonly signal: AbortSignal | undefined;
  /** For each message of the handshake, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Starts a program and shakes hands in its own protocol era. One that ends at the newer era's first word is started once more
 * and spoken to in the older: servers built on some SDKs end at any word they do not know. Throws what made it fail.
 */
export async function openProgram(opening: OpeningProgram): Promise<McpSession> {
  const first = await connect(opening, {});
  if ('session' in first) return first.session;
  if (!first.endedByItself) throw first.failure;
  const second = await connect({ ...opening, wish: { ...opening.wish, again: true } }, { prior: { kind: 'legacy' } });
  if ('session' in second) return second.session;
  throw second.failure;
}

type Connected = { readonly session: McpSession } | { readonly failure: unknown; readonly endedByItself: boolean };

async function connect(
  { local, wish, newClient, signal, timeoutMs }: OpeningProgram,
  era: { readonly prior?: { readonly kind: 'legacy' } },
): Promise<Connected> {
  const sdk = await import('@modelcontextprotocol/client');
  const running = await local.start(wish);
  const transport = createChildTransport(running.child, sdk);
  const client = newClient(sdk);
  try {
    await client.connect(transport, { ...era, timeout: timeoutMs, ...(signal && { signal }) });
  } catch (error) {
    const endedByItself = transport.isOver;
    await transport.close();
    return { failure: signal?.aborted ? error : await explain(error, running, endedByItself), endedByItself };
  }
  running.settled(transport);
  return { session: { client, close: () => leave(client, transport) } };
}

async function leave(client: Client, transport: ChildTransport): Promise<void> {
  await client.close().catch(() => undefined);
  await transport.close();
}

async function explain(
  cause: unknown,
  { child, lastWords }: RunningServer,
  ended: boolean,
): Promise<LocalServerFailure> {
  const isLate = cause instanceof Error && 'code' in cause && cause.code === 'REQUEST_TIMEOUT';
  const silence = isLate ? 'did not answer in time' : 'does not speak MCP as it is specified';
  return new LocalServerFailure(`The local server ${ended ? await child.ended : silence}.`, lastWords());
}
