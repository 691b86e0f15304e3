import {
  count,
  type Counts,
  countsOf,
  hasRoom,
  type Origin,
  type Place,
  type Share,
  type TurnLimits,
  type Waiter,
} from './turn-counts.ts';

/** How waiting for a turn ended: with it, too late, because the caller left, or at once because too many wait already. */
export type Wait = 'taken' | 'late' | 'left' | 'crowded';

export interface Patience {
  /** Milliseconds. */
  readonly longestMs: number;
  /** Aborted when nobody waits any more. */
  readonly signal?: AbortSignal;
}

/**
 * Turns of calls under way, capped per workspace, per origin, per workspace at an origin, and per connection (R13). Who
 * waits for room at an origin is served by workspaces in turn, and within one in the order they came.
 */
export interface Turns {
  /** Takes a turn if there is room and nobody of the workspace waits there; `give` it back. */
  tryTake(place: Place): boolean;
  /** Waits for a turn; `give` it back where it was taken. */
  take(place: Place, patience: Patience): Promise<Wait>;
  give(place: Place): void;
  /** Calls under way and calls that wait, now. */
  count(): { readonly running: number; readonly waiting: number };
}

/** For one process on two cores. */
export const usualLimits: TurnLimits = {
  perWorkspace: 512,
  perOrigin: 512,
  perWorkspaceAtOrigin: 256,
  waitingPerWorkspace: 1_024,
};

/** Counts in memory: a call that finds room neither waits nor costs more than a few look-ups. */
export function createTurns(limits: TurnLimits = usualLimits): Turns {
  const counts: Counts = { limits, origins: new Map(), workspaces: new Map(), total: { running: 0, waiting: 0 } };
  return {
    tryTake(place) {
      const its = countsOf(counts, place);
      if (its.share.waiting.size > 0 || !hasRoom(counts, its, place)) return false;
      count(counts, its, { place, by: 1 });
      return true;
    },
    take(place, patience) {
      if (patience.signal?.aborted) return Promise.resolve('left');
      const { workspace } = countsOf(counts, place);
      if (workspace.waiting >= limits.waitingPerWorkspace) return Promise.resolve('crowded');
      return waitFor(counts, place, patience);
    },
    give(place) {
      const its = countsOf(counts, place);
      const wasFull = its.workspace.running >= limits.perWorkspace;
      count(counts, its, { place, by: -1 });
      serve(counts, its.origin);
      if (wasFull) for (const origin of its.workspace.at) serve(counts, origin);
    },
    count: () => ({ ...counts.total }),
  };
}

function waitFor(counts: Counts, place: Place, { longestMs, signal }: Patience): Promise<Wait> {
  return new Promise((resolve) => {
    const end = (how: Wait): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      resolve(how);
    };
    const waiter: Waiter = { place, start: () => end('taken') };
    const stop = (how: Wait): void => {
      leaveLine(counts, waiter);
      end(how);
    };
    const leave = (): void => stop('left');
    const timer = setTimeout(() => stop('late'), longestMs);
    signal?.addEventListener('abort', leave);
    joinLine(counts, waiter);
  });
}

function joinLine(counts: Counts, waiter: Waiter): void {
  const { origin, workspace, share } = countsOf(counts, waiter.place);
  share.waiting.add(waiter);
  workspace.waiting += 1;
  counts.total.waiting += 1;
  origin.lines.set(waiter.place.workspaceId, share);
  workspace.at.add(origin);
  serve(counts, origin);
}

function leaveLine(counts: Counts, waiter: Waiter): void {
  const { origin, workspace, share } = countsOf(counts, waiter.place);
  share.waiting.delete(waiter);
  workspace.waiting -= 1;
  counts.total.waiting -= 1;
  if (share.waiting.size > 0) return;
  origin.lines.delete(waiter.place.workspaceId);
  workspace.at.delete(origin);
}

/** Lets whoever waits at the origin start, workspaces in turn, until there is no room for any of them. */
function serve(counts: Counts, origin: Origin): void {
  let passedOver = 0;
  while (origin.running < counts.limits.perOrigin && passedOver < origin.lines.size) {
    const [next] = origin.lines;
    if (next === undefined) return;
    const [workspaceId, share] = next;
    origin.lines.delete(workspaceId);
    origin.lines.set(workspaceId, share);
    passedOver = startFirst(counts, share) ? 0 : passedOver + 1;
  }
}

/** Starts the first of a line for whom there is room; only the cap of a connection lets somebody behind go first. */
function startFirst(counts: Counts, { waiting }: Share): boolean {
  for (const waiter of waiting) {
    const { place } = waiter;
    const its = countsOf(counts, place);
    if (hasRoom(counts, its, place)) {
      leaveLine(counts, waiter);
      count(counts, its, { place, by: 1 });
      waiter.start();
      return true;
    }
    if (place.mostOfConnection === undefined) return false;
  }
  return false;
}
