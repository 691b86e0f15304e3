import { Failure } from '../../errors.ts';

/** How many requests of each workspace are being answered right now (R13). */
export interface InFlight {
  /** Counts a request in; throws RATE_LIMITED where the workspace has too many already. Call what it returns when it is over. */
  enter(workspaceId: string): () => void;
}

/** A cap on requests in flight per workspace, so that one cannot starve the others (R13). */
export function createInFlight(cap: number): InFlight {
  const counts = new Map<string, number>();

  function leave(workspaceId: string): void {
    const left = (counts.get(workspaceId) ?? 1) - 1;
    if (left > 0) counts.set(workspaceId, left);
    else counts.delete(workspaceId);
  }

  return {
    enter: (workspaceId) => {
      const count = counts.get(workspaceId) ?? 0;
      if (count >= cap) {
        throw new Failure(
          'RATE_LIMITED',
          `This workspace has ${cap} requests waiting for an answer. Try again in a moment.`,
          {
            retryAfter: 1,
          },
        );
      }
      counts.set(workspaceId, count + 1);
      return () => leave(workspaceId);
    },
  };
}
