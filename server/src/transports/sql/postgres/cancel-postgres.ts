import type { ServerWork } from '../work.ts';
import { dialPostgres } from './dial-postgres.ts';

/** What a server gave a connection so that what it runs can be cancelled. */
export interface BackendKey {
  readonly processID: number;
  readonly secretKey: number;
}

const cancelCode = 80_877_102;
const timeoutMs = 5_000;

/**
 * Asks the server to cancel what a connection of this work runs, over a line of its own through the same guard
 * (`CancelRequest`). Best effort: the server's own time limit ends the statement too.
 */
export async function cancelPostgres(work: Pick<ServerWork, 'place' | 'egress'>, key: BackendKey): Promise<void> {
  try {
    const line = await dialPostgres({ ...work, signal: AbortSignal.timeout(timeoutMs) });
    const request = Buffer.alloc(16);
    for (const [index, value] of [16, cancelCode, key.processID, key.secretKey].entries())
      request.writeInt32BE(value, index * 4);
    line.stream.end(request);
    line.stream.resume();
  } catch {
    // Whoever asked has left, and the statement ends by its own limit.
  }
}
