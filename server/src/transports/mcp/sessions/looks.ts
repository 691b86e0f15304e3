import type { Clock } from '../../../lib/clock.ts';

/** When MCP servers were last asked for their tools by this process. */
export interface Looks {
  /** Whether it is time to ask again. */
  isDue(server: string): boolean;
  looked(server: string, went: 'well' | 'badly'): void;
}

const againAfterMs = { well: 5_000, badly: 30_000 } as const;
const most = 10_000;

/** One for the life of the process; the servers asked longest ago are forgotten first. */
export function createLooks(clock: Clock): Looks {
  const next = new Map<string, number>();
  return {
    isDue: (server) => (next.get(server) ?? 0) <= clock.now(),
    looked(server, went) {
      next.delete(server);
      next.set(server, clock.now() + againAfterMs[went]);
      for (const oldest of next.keys()) {
        if (next.size <= most) return;
        next.delete(oldest);
      }
    },
  };
}
