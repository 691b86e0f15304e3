/** What a call is counted by (R13). */
export interface Place {
  readonly workspaceId: string;
  /** Where it goes; calls to one origin share its room. */
  readonly origin: string;
  readonly connectionId: string;
  /** Calls of the connection at once, where its connector says so. */
  readonly mostOfConnection: number | undefined;
}

/** How many calls may be under way or wait. */
export interface TurnLimits {
  readonly perWorkspace: number;
  readonly perOrigin: number;
  /** Less than the whole origin, so that no workspace takes all of it. */
  readonly perWorkspaceAtOrigin: number;
  readonly waitingPerWorkspace: number;
}

/** Somebody who waits for room. */
export interface Waiter {
  readonly place: Place;
  start(): void;
}

/** What a workspace has at one origin. */
export interface Share {
  running: number;
  /** In the order they came. */
  readonly waiting: Set<Waiter>;
}

export interface Origin {
  running: number;
  readonly shares: Map<string, Share>;
  /** Shares in which somebody waits, the one to be served next first. */
  readonly lines: Map<string, Share>;
  readonly connections: Map<string, number>;
}

export interface Workspace {
  running: number;
  waiting: number;
  /** Where it waits. */
  readonly at: Set<Origin>;
}

/** Everything that is counted, by what it is counted by. */
export interface Counts {
  readonly limits: TurnLimits;
  readonly origins: Map<string, Origin>;
  readonly workspaces: Map<string, Workspace>;
  readonly total: { running: number; waiting: number };
}

/** The counts that a call at this place belongs to. */
export interface Counted {
  readonly origin: Origin;
  readonly workspace: Workspace;
  readonly share: Share;
}

/** How many origins, workspaces and shares are kept before those without a call are forgotten. */
const mostKept = 2_000;

/** The counts of a place, begun at zero where there are none. */
export function countsOf({ origins, workspaces }: Counts, { origin: name, workspaceId }: Place): Counted {
  const origin = origins.get(name) ?? keep(origins, name, newOrigin());
  const workspace = workspaces.get(workspaceId) ?? keep(workspaces, workspaceId, newWorkspace());
  const share = origin.shares.get(workspaceId) ?? keep(origin.shares, workspaceId, newShare());
  return { origin, workspace, share };
}

export function hasRoom({ limits }: Counts, { origin, workspace, share }: Counted, place: Place): boolean {
  if (origin.running >= limits.perOrigin || workspace.running >= limits.perWorkspace) return false;
  if (share.running >= limits.perWorkspaceAtOrigin) return false;
  const { mostOfConnection, connectionId } = place;
  return mostOfConnection === undefined || (origin.connections.get(connectionId) ?? 0) < mostOfConnection;
}

/** One call more or less under way. */
export function count({ total }: Counts, { origin, workspace, share }: Counted, change: Change): void {
  const { place, by } = change;
  origin.running += by;
  workspace.running += by;
  share.running += by;
  total.running += by;
  if (place.mostOfConnection === undefined) return;
  const running = (origin.connections.get(place.connectionId) ?? 0) + by;
  if (running > 0) origin.connections.set(place.connectionId, running);
  else origin.connections.delete(place.connectionId);
}

export interface Change {
  readonly place: Place;
  readonly by: 1 | -1;
}

interface Idle {
  readonly running: number;
  readonly waiting?: number | ReadonlySet<unknown>;
  readonly lines?: ReadonlyMap<string, unknown>;
}

function keep<Value extends Idle>(kept: Map<string, Value>, key: string, value: Value): Value {
  if (kept.size >= mostKept) for (const [each, known] of kept) if (isIdle(known)) kept.delete(each);
  kept.set(key, value);
  return value;
}

function isIdle({ running, waiting = 0, lines }: Idle): boolean {
  const waits = typeof waiting === 'number' ? waiting : waiting.size;
  return running + waits + (lines?.size ?? 0) === 0;
}

function newOrigin(): Origin {
  return { running: 0, shares: new Map(), lines: new Map(), connections: new Map() };
}

function newWorkspace(): Workspace {
  return { running: 0, waiting: 0, at: new Set() };
}

function newShare(): Share {
  return { running: 0, waiting: new Set() };
}
