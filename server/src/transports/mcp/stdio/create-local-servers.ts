import type { LocalServer } from '../../../catalog/templates/render-program.ts';
import type { Clock } from '../../../lib/clock.ts';
import { confine, type Plan } from './isolation/confine.ts';
import { type CrashMemory, type Crashes, createCrashMemory } from './create-crash-memory.ts';
import { type Identity, type Isolation, keepsApart } from './isolation/isolation.ts';
import { keepLastWords } from './exchange/keep-last-words.ts';
import { LocalServerFailure } from './local-server-failure.ts';
import { type Machine, planServer } from './program/plan-server.ts';
import { type Child, spawnChild } from './exchange/spawn-child.ts';

/** Programs that we run, as many as may run. */
export interface LocalServers {
  /** Starts one. Rejects with LocalServerFailure where it may not or cannot be started now. */
  start(wish: LocalWish): Promise<RunningServer>;
  /** Ends all of them; none is started any more. */
  close(): Promise<void>;
}

export interface LocalWish {
  readonly server: LocalServer;
  readonly workspaceId: string;
  /** What crashes are counted by; without one it is started whatever happened before. */
  readonly key: string | undefined;
  /** Whether it just ended at the first word: then it is started at once, this time. */
  readonly again?: boolean;
}

/** A program that was started. */
export interface RunningServer {
  readonly child: Child;
  /** The end of what it has written to its standard error, not redacted. */
  lastWords(): string;
  /** Says that it can be talked to, from when on being stopped by us is no crash, and whether it is at work. */
  settled(use: Use): void;
}

/** Whether a program is at work; one that is not may have to make room for another. */
export interface Use {
  /** `performance.now()`; `undefined` while a request waits for its answer. */
  readonly idleSince: number | undefined;
}

export interface LocalOptions {
  readonly clock: Clock;
  readonly machine: Machine;
  /** Asked where programs are not kept apart: then they run for one workspace alone. */
  readonly isOnlyWorkspace: () => Promise<boolean>;
  readonly most: { readonly inWorkspace: number; readonly inAll: number };
}

interface Entry {
  readonly child: Child;
  readonly workspaceId: string;
  readonly user: Identity | undefined;
  /** Absent until it can be talked to. */
  use?: Use;
}

/** Built once per process, where the operator switched local servers on. */
export function createLocalServers({ clock, machine, isOnlyWorkspace, most }: LocalOptions): LocalServers {
  const { isolation } = machine;
  const house: House = { clock, isolation, entries: new Set(), crashes: createCrashMemory(clock) };
  const { entries, crashes } = house;
  const leaving = new AbortController();
  if (!keepsApart(isolation)) watchForOthers(entries, isOnlyWorkspace, leaving.signal);
  return {
    async start(wish) {
      const held = wish.key === undefined || wish.again ? undefined : crashes.held(wish.key);
      if (held) throw new LocalServerFailure(heldBack(held, clock.now()), held.lastWords);
      if (!keepsApart(isolation) && !(await isOnlyWorkspace())) throw new LocalServerFailure(notApart(isolation));
      const plan = await planServer(wish.server, machine);
      for (let full = fullOf(entries, wish, most); full !== undefined; full = fullOf(entries, wish, most))
        await makeRoom(full, entries);
      if (leaving.signal.aborted) throw new LocalServerFailure('Plugboard is shutting down.');
      return run(house, wish, plan);
    },
    async close() {
      leaving.abort();
      await stopAll(entries);
    },
  };
}

interface House extends Pick<LocalOptions, 'clock'> {
  readonly isolation: Isolation;
  readonly entries: Set<Entry>;
  readonly crashes: CrashMemory;
}

/** What ends before it could be talked to has failed, whoever ended it. */
function run({ clock, isolation, entries, crashes }: House, { key, workspaceId, server }: LocalWish, plan: Plan) {
  const user = freeUser(isolation, entries);
  const child = spawnChild(confine(isolation, plan, user), server.env);
  const lastWords = keepLastWords(child.complaints);
  const startedAt = clock.now();
  let isStopped = false;
  const stop = (): Promise<void> => {
    isStopped = true;
    return child.stop();
  };
  const entry: Entry = { child: { ...child, stop }, workspaceId, user };
  entries.add(entry);
  void child.ended.then((ending) => {
    entries.delete(entry);
    if (key === undefined || (isStopped && entry.use !== undefined)) return;
    crashes.ended(key, { ending, lastWords: lastWords(), livedMs: clock.now() - startedAt });
  });
  return { child: entry.child, lastWords, settled: (use: Use) => void (entry.use = use) };
}

async function stopAll(entries: ReadonlySet<Entry>): Promise<void> {
  await Promise.all([...entries].map(({ child }) => child.stop()));
}

interface Full {
  readonly entries: readonly Entry[];
  readonly message: string;
}

function fullOf(
  entries: ReadonlySet<Entry>,
  { workspaceId }: Pick<LocalWish, 'workspaceId'>,
  { inWorkspace, inAll }: LocalOptions['most'],
): Full | undefined {
  const own = [...entries].filter((entry) => entry.workspaceId === workspaceId);
  if (own.length >= inWorkspace) return { entries: own, message: full(inWorkspace, 'PLUGBOARD_STDIO_PER_WORKSPACE') };
  return entries.size >= inAll ? { entries: [...entries], message: full(inAll, 'PLUGBOARD_STDIO_MOST') } : undefined;
}

function full(count: number, variable: string): string {
  return `All local servers that may run at a time (${count}) are at work. Try again later, or have the operator raise ${variable}.`;
}

/** Ends the one that has been idle for longest. */
async function makeRoom({ entries, message }: Full, running: ReadonlySet<Entry>): Promise<void> {
  const idle = entries.flatMap((entry) =>
    entry.use?.idleSince === undefined ? [] : { entry, at: entry.use.idleSince },
  );
  const [first] = idle.toSorted((left, right) => left.at - right.at);
  await first?.entry.child.stop();
  if (first === undefined || running.has(first.entry)) throw new LocalServerFailure(message);
}

/** With several users each program has one to itself. */
function freeUser(isolation: Isolation, entries: ReadonlySet<Entry>): Identity | undefined {
  if (isolation.kind !== 'users') return undefined;
  const [first, ...others] = isolation.users;
  if (others.length === 0) return first;
  const taken = new Set([...entries].map(({ user }) => user?.uid));
  const free = isolation.users.find(({ uid }) => !taken.has(uid));
  if (free) return free;
  throw new LocalServerFailure('Every user in PLUGBOARD_STDIO_USER runs a local server already. Try again later.');
}

function heldBack({ count, ending, until }: Crashes, now: number): string {
  const times = count === 1 ? '' : ` ${count} times in a row`;
  const seconds = Math.ceil((until - now) / 1000);
  return `The local server ${ending}${times}, and is started again in ${seconds} s at the earliest.`;
}

function notApart(isolation: Isolation): string {
  const why = isolation.kind === 'none' ? isolation.why : 'PLUGBOARD_STDIO_USER names one user for all of them';
  return `Local servers cannot be kept apart here (${why}), so they run only while there is a single workspace. Install bubblewrap.`;
}

/** A second workspace ends what runs unconfined, on every replica. */
function watchForOthers(
  entries: ReadonlySet<Entry>,
  isOnlyWorkspace: LocalOptions['isOnlyWorkspace'],
  signal: AbortSignal,
): void {
  const look = async (): Promise<void> => {
    if (entries.size > 0 && !(await isOnlyWorkspace().catch(() => false))) await stopAll(entries);
  };
  const timer = setInterval(() => void look(), 1_000).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
