import type { Clock } from '../../lib/clock.ts';
import type { LoopWatch } from './watch-loop.ts';

/** Lets those who ask little get through beside those who ask much (R13). */
export interface Courtesy {
  /**
   * Resolves when a request of the workspace may be worked on: at once, unless the process is busy, others are at work and
   * this workspace has its share under way already. Call what it resolves with when the request is over.
   */
  enter(workspaceId: string): Promise<() => void>;
  stop(): void;
}

export interface CourtesyOptions {
  readonly clock: Clock;
  /** Tells whether the process has more to do than it can, and calls back now and then. */
  readonly watch: (onLook: () => void) => LoopWatch;
  /** Requests that a workspace has under way in a busy process while others are at work. Default 4. */
  readonly share?: number;
}

interface Visitor {
  underWay: number;
  lastAt: number;
  /** When one of its requests last began or ended. */
  movedAt: number;
  readonly waiting: (() => void)[];
}

/** How long after its last request a workspace still counts as being at work, in milliseconds. */
const atWorkMs = 1_000;
/** What waits for a person or a slow provider keeps others of its workspace waiting so long at most, each, in milliseconds. */
const stuckMs = 50;

interface Hall extends Pick<CourtesyOptions, 'clock'> {
  readonly visitors: Map<string, Visitor>;
  readonly share: number;
  readonly isBusy: () => boolean;
}

/** Keeps count of who is at work. In a process that keeps up, or with one workspace alone, nobody ever waits here. */
export function createCourtesy({ clock, watch, share = 4 }: CourtesyOptions): Courtesy {
  const visitors = new Map<string, Visitor>();
  const loop = watch(() => look(hall));
  const hall: Hall = { clock, visitors, share, isBusy: () => loop.isBusy() };
  return {
    async enter(workspaceId) {
      const visitor = visitors.get(workspaceId) ?? { underWay: 0, lastAt: 0, movedAt: 0, waiting: [] };
      visitors.set(workspaceId, visitor);
      visitor.lastAt = clock.now();
      if (visitor.waiting.length === 0 && mayGo(hall, visitor)) begin(hall, visitor);
      else await new Promise<void>((resolve) => visitor.waiting.push(resolve));
      return () => leave(hall, visitor);
    },
    stop: () => loop.stop(),
  };
}

function look(hall: Hall): void {
  for (const [id, visitor] of hall.visitors) {
    release(hall, visitor);
    if (visitor.underWay === 0 && !isAtWork(hall, visitor)) hall.visitors.delete(id);
  }
}

function mayGo(hall: Hall, visitor: Visitor): boolean {
  return visitor.underWay < hall.share || !hall.isBusy() || !othersAtWork(hall, visitor);
}

function othersAtWork(hall: Hall, visitor: Visitor): boolean {
  for (const other of hall.visitors.values()) if (other !== visitor && isAtWork(hall, other)) return true;
  return false;
}

function isAtWork({ clock }: Hall, { underWay, lastAt }: Visitor): boolean {
  return underWay > 0 || clock.now() - lastAt <= atWorkMs;
}

function begin({ clock }: Hall, visitor: Visitor): void {
  visitor.underWay += 1;
  visitor.movedAt = clock.now();
}

function leave(hall: Hall, visitor: Visitor): void {
  visitor.underWay -= 1;
  visitor.movedAt = hall.clock.now();
  release(hall, visitor);
}

function release(hall: Hall, visitor: Visitor): void {
  const isStuck = hall.clock.now() - visitor.movedAt >= stuckMs;
  for (let first = isStuck; visitor.waiting.length > 0 && (first || mayGo(hall, visitor)); first = false) {
    begin(hall, visitor);
    visitor.waiting.shift()?.();
  }
}
