import type { Client } from '@modelcontextprotocol/client';
import type { Clock } from '../../../lib/clock.ts';
import { listTools } from '../list-tools.ts';
import type { McpTarget } from '../mcp-target.ts';
import { type McpSession, openSession, type SessionOwner, type SessionWorld } from './open-session.ts';
import type { McpTool } from '../read-mcp-tool.ts';

/** A session that several calls share, and what is known of it. */
export interface KeptSession {
  readonly session: Promise<McpSession>;
  readonly tools: KnownTools;
  target: McpTarget;
  users: number;
  dropped: boolean;
  timer: NodeJS.Timeout | undefined;
}

interface KnownTools {
  at: number;
  list: Promise<readonly McpTool[]> | undefined;
}

const handshakeMs = 15_000;
const toolsMs = 5 * 60_000;

/** Starts to open a session. It waits for nobody in particular: whoever shares it stops waiting on their own. */
export function keepSession(world: SessionWorld & { readonly owner: SessionOwner }, target: McpTarget): KeptSession {
  const tools: KnownTools = { at: 0, list: undefined };
  const holder = { target };
  const session = openSession({
    ...world,
    target: () => holder.target,
    timeoutMs: handshakeMs,
    onToolsChanged: () => {
      tools.list = undefined;
    },
  });
  return Object.assign(holder, { session, tools, users: 0, dropped: false, timer: undefined });
}

/** What the server lists: asked for at most every five minutes, or sooner when it says that its tools changed. */
export function knownTools({ tools }: KeptSession, client: Client, clock: Clock): Promise<readonly McpTool[]> {
  if (tools.list !== undefined && clock.now() - tools.at < toolsMs) return tools.list;
  const list = listTools(client);
  tools.at = clock.now();
  tools.list = list;
  list.catch(() => {
    if (tools.list === list) tools.list = undefined;
  });
  return list;
}

/** Lets go of a session as soon as nobody uses it. */
export function retire(kept: KeptSession): void {
  kept.dropped = true;
  clearTimeout(kept.timer);
  if (kept.users === 0) void endSession(kept);
}

/** Closes a session, opened or not. Never rejects. */
export async function endSession({ session }: KeptSession): Promise<void> {
  await session.then(
    (opened) => opened.close(),
    () => undefined,
  );
}
