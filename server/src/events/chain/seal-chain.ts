import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, isoTime } from '../../lib/clock.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import type { Chain } from './chain.ts';
import type { ChainedLog } from './chained-log.ts';
import { leavesOf, sealSegment } from './segment.ts';
import { headOf, insertSegment } from './segment-store.ts';

/** Rows a segment: sealing one keeps the database for a few milliseconds. */
const rowsPerSegment = 256;

export interface SealParts {
  readonly db: WorkspaceDb;
  readonly chain: Chain;
  readonly clock: Clock;
  readonly logs: readonly ChainedLog[];
}

/**
 * Seals what is new in the logs of a workspace (S23), and answers how many rows. Rows are taken because they are in no segment
 * yet, whatever their id: one that was committed late is only sealed later. Two at a time for one workspace are safe: the
 * second one fails, as a unique violation, and may try again.
 */
export async function sealChain(parts: SealParts, signal: AbortSignal): Promise<number> {
  let count = 0;
  for (const log of parts.logs) {
    let sealed = rowsPerSegment;
    while (sealed === rowsPerSegment && !signal.aborted) {
      sealed = await sealSome(parts, log);
      count += sealed;
      await nextTurn();
    }
  }
  return count;
}

/** The marks are made before the transaction, which only checks that the rows are still what they were. */
async function sealSome({ db, chain, clock }: SealParts, log: ChainedLog): Promise<number> {
  const rows = await log.unsealed(db, { limit: rowsPerSegment, now: clock.now() });
  if (rows.length === 0) return 0;
  const leaves = leavesOf(chain, log, rows);
  await db.transact(async (trx) => {
    const segment = sealSegment(chain, leaves, { log, rows, after: await headOf(trx), sealedAt: isoTime(clock) });
    await insertSegment(trx, segment);
    const marked = await log.mark(trx, rows, segment.number);
    if (marked < rows.length) throw new Error('A record changed while it was sealed. It is sealed next time.');
  });
  return rows.length;
}
