import type { Logger } from 'pino';
import type { Actor } from '../events/append-event.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';

/** How often a process looks whether a decision was made on another replica, in milliseconds. */
const lookEveryMs = 400;
/** Ids asked for in one query. */
const idsPerLook = 1_000;
/** How many calls of a workspace may wait in one process: a quarter of the requests it may have in flight (R13). */
const mostPerWorkspace = 256;

/** One call that waits for something with an id: the approval it asked for. */
export interface Wait {
  readonly id: string;
  readonly workspaceId: string;
  readonly patienceMs: number;
  /** Aborted when the caller leaves. */
  readonly signal: AbortSignal;
}

/** Calls of this process that wait for a decision which may be made here or on another replica. */
export interface WaitingCalls {
  /**
   * Resolves `told` once what it waits for is settled, `over` when its patience is, its caller left, or the process leaves.
   * `undefined`, at once, where the workspace has too many waiting already: nothing waits then.
   */
  wait(wait: Wait): Promise<'told' | 'over'> | undefined;
  /** Wakes who waits for this id here, at once. Call it after the commit. */
  tell(id: string): void;
  /** Ends every wait; from here on nobody waits. The process is leaving. */
  release(): void;
}

/** Voids the calls that wait for a decision over connections, in the transaction that cuts these off. */
export type VoidWaiting = (trx: WorkspaceTrx, connectionIds: readonly string[], actor: Actor) => Promise<unknown>;

export interface WaitingParts {
  /** Which of these ids are settled; one query. */
  readonly look: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly log: Pick<Logger, 'warn'>;
  readonly everyMs?: number;
  readonly mostPerWorkspace?: number;
}

type Wake = (how: 'told' | 'over') => void;
/** Who is to be woken, by what they wait for. */
type Waiting = Map<string, Set<Wake>>;

/** Waits are told in process at once; for all of them together there is one look at the database at a time (R6). */
export function createWaitingCalls(parts: WaitingParts): WaitingCalls {
  const waiting: Waiting = new Map();
  const places = new Map<string, number>();
  const most = parts.mostPerWorkspace ?? mostPerWorkspace;
  const looking = lookWhile(waiting, parts);
  let released = false;
  return {
    wait({ id, workspaceId, patienceMs, signal }) {
      const taken = places.get(workspaceId) ?? 0;
      if (taken >= most) return undefined;
      if (released || signal.aborted) return Promise.resolve('over');
      places.set(workspaceId, taken + 1);
      const ended = until({ patienceMs, signal }, (wake) => add(waiting, id, wake));
      looking.begin();
      return ended.finally(() => giveUp(places, workspaceId));
    },
    tell: (id) => wakeAll(waiting.get(id), 'told'),
    release() {
      released = true;
      looking.end();
      for (const wakes of waiting.values()) wakeAll(wakes, 'over');
    },
  };
}

function wakeAll(wakes: ReadonlySet<Wake> | undefined, how: 'told' | 'over'): void {
  for (const wake of wakes ?? []) wake(how);
}

interface Looking {
  /** Looks every so often, until nobody waits any more. */
  begin(): void;
  end(): void;
}

function lookWhile(waiting: Waiting, { look, log, everyMs = lookEveryMs }: WaitingParts): Looking {
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    if (waiting.size > 0) timer ??= setTimeout(() => void again(), everyMs).unref();
  };
  const again = async (): Promise<void> => {
    try {
      for (const id of await settledAmong([...waiting.keys()], look)) wakeAll(waiting.get(id), 'told');
    } catch (error) {
      log.warn({ err: error }, 'It could not be looked up whether calls that wait were decided. It is tried again.');
    }
    timer = undefined;
    begin();
  };
  return { begin, end: () => clearTimeout(timer) };
}

async function settledAmong(ids: readonly string[], look: WaitingParts['look']): Promise<readonly string[]> {
  const settled: string[] = [];
  for (let at = 0; at < ids.length; at += idsPerLook) settled.push(...(await look(ids.slice(at, at + idsPerLook))));
  return settled;
}

/** Resolves once, with how it ended, and leaves nothing behind. */
function until(
  { patienceMs, signal }: Pick<Wait, 'patienceMs' | 'signal'>,
  enter: (wake: Wake) => () => void,
): Promise<'told' | 'over'> {
  return new Promise((resolve) => {
    const wake: Wake = (how) => {
      clearTimeout(patience);
      signal.removeEventListener('abort', leave);
      exit();
      resolve(how);
    };
    const leave = (): void => wake('over');
    const patience = setTimeout(leave, patienceMs);
    signal.addEventListener('abort', leave, { once: true });
    const exit = enter(wake);
  });
}

/** Answers how to leave again. */
function add(waiting: Waiting, id: string, wake: Wake): () => void {
  const wakes = waiting.get(id) ?? new Set();
  waiting.set(id, wakes.add(wake));
  return () => {
    wakes.delete(wake);
    if (wakes.size === 0 && waiting.get(id) === wakes) waiting.delete(id);
  };
}

function giveUp(places: Map<string, number>, workspaceId: string): void {
  const left = (places.get(workspaceId) ?? 1) - 1;
  if (left > 0) places.set(workspaceId, left);
  else places.delete(workspaceId);
}
