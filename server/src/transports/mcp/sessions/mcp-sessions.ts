import type { Egress } from '../../../egress/egress.ts';
import { endSession, keepSession, type KeptSession, knownTools, retire } from './kept-session.ts';
import type { McpTarget } from '../mcp-target.ts';
import type { McpSession, SessionWorld } from './open-session.ts';
import type { McpTool } from '../read-mcp-tool.ts';

/** Who needs a session, and with what server. */
export interface SessionUse {
  /** The connection and its configuration generation: nobody else ever gets this session. */
  readonly key: string;
  readonly workspaceId: string;
  readonly target: McpTarget;
  readonly signal: AbortSignal;
  /** The door of whoever needs it, for opening one. Default: the process's. */
  readonly egress?: Pick<Egress, 'fetch' | 'stream'>;
}

/** A session in use. */
export interface UsableSession extends Pick<McpSession, 'client'>, Pick<SessionWorld, 'clock'> {
  /** What the server lists, asked for at most every five minutes, or sooner when it says that its tools changed. */
  tools(): Promise<readonly McpTool[]>;
  /** Has them asked for again, because the server said that they changed. */
  forgetTools(): void;
}

/** Sessions with MCP servers, kept while they are used and a while longer. */
export interface McpSessions {
  /** Does the work with the session of its key, opened where none is kept. Rejects with what made that or the work fail. */
  use<T>(use: SessionUse, work: (session: UsableSession) => Promise<T>): Promise<T>;
  /** Whether one is kept for this key. */
  has(key: string): boolean;
  /** Keeps the sessions of a key, and of keys below it (`key:…`), no longer; whoever is using one finishes first. */
  drop(key: string): void;
  close(): Promise<void>;
}

export interface SessionsOptions extends SessionWorld {
  /** How long an unused session, and the secrets it holds, stay. Default 60,000. */
  readonly idleMs?: number;
  /** The same of a program that was started for it. Default 300,000. */
  readonly localIdleMs?: number;
  /** How many are kept at most; the one unused for longest makes room. Default 500. */
  readonly most?: number;
}

/** Built once per process. */
export function createMcpSessions(options: SessionsOptions): McpSessions {
  const { clock, idleMs = 60_000, localIdleMs = 300_000, most = 500 } = options;
  const sessions: Sessions = new Map();

  const take = (asked: SessionUse): KeptSession => {
    const { key, target } = asked;
    const kept = sessions.get(key) ?? keepWhileOpen(openFor(asked, options), (gone) => dropFrom(sessions, key, gone));
    sessions.delete(key);
    sessions.set(key, kept);
    kept.target = target;
    kept.users += 1;
    clearTimeout(kept.timer);
    if (sessions.size > most) for (const unused of leastUsed(sessions, most)) dropFrom(sessions, unused);
    return kept;
  };

  const give = (key: string, kept: KeptSession): void => {
    kept.users -= 1;
    if (kept.dropped) return retire(kept);
    if (kept.users > 0) return;
    const stayMs = kept.target.transport === 'stdio' ? localIdleMs : idleMs;
    kept.timer = setTimeout(() => dropFrom(sessions, key), stayMs).unref();
  };

  const use: McpSessions['use'] = async (asked, work) => {
    const kept = take(asked);
    try {
      const { client } = await whileWaiting(kept.session, asked.signal);
      return await work(usable(kept, client, { clock, signal: asked.signal }));
    } finally {
      give(asked.key, kept);
    }
  };

  const drop = (key: string): void => dropBelow(sessions, key);
  return { use, drop, has: (key) => sessions.has(key), close: () => closeAll(sessions) };
}

function openFor({ key, workspaceId, target, egress }: SessionUse, options: SessionsOptions): KeptSession {
  const { clock, local } = options;
  return keepSession({ egress: egress ?? options.egress, clock, local, owner: { key, workspaceId } }, target);
}

function usable(
  kept: KeptSession,
  client: McpSession['client'],
  { clock, signal }: Pick<SessionsOptions, 'clock'> & Pick<SessionUse, 'signal'>,
): UsableSession {
  const tools: UsableSession['tools'] = () => whileWaiting(knownTools(kept, client, clock), signal);
  return { client, clock, tools, forgetTools: () => (kept.tools.list = undefined) };
}

/** Has a session dropped that could not be opened, or that its server closes. */
function keepWhileOpen(kept: KeptSession, drop: (gone: KeptSession) => void): KeptSession {
  const gone = (): void => drop(kept);
  kept.session.then(({ client }) => Object.assign(client, { onclose: gone }), gone);
  return kept;
}

/** The result, unless the signal says first that nobody waits any more: then its reason. The work itself goes on. */
async function whileWaiting<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([result, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

type Sessions = Map<string, KeptSession>;

function dropBelow(sessions: Sessions, key: string): void {
  const below = [...sessions.keys()].filter((each) => each === key || each.startsWith(`${key}:`));
  for (const each of below) dropFrom(sessions, each);
}

/** With `only`, nothing happens where another session has taken its place. */
function dropFrom(sessions: Sessions, key: string, only = sessions.get(key)): void {
  const kept = sessions.get(key);
  if (kept === undefined || kept !== only) return;
  sessions.delete(key);
  retire(kept);
}

/** The keys of sessions past the limit that nobody uses, longest unused first: a Map keeps the order of its last use. */
function leastUsed(sessions: ReadonlyMap<string, KeptSession>, most: number): readonly string[] {
  const unused = [...sessions].filter(([, { users }]) => users === 0).map(([key]) => key);
  return unused.slice(0, Math.max(sessions.size - most, 0));
}

async function closeAll(sessions: Sessions): Promise<void> {
  const all = [...sessions.values()];
  sessions.clear();
  for (const { timer } of all) clearTimeout(timer);
  await Promise.all(all.map(endSession));
}
