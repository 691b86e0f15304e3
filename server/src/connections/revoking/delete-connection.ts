import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { describeError } from '../../jobs/describe-error.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { findConnection } from '../connection-store.ts';
import { revocableConnection } from '../see-connection.ts';
import { beginRevocation } from './begin-revocation.ts';
import { endSessions } from './cut-off.ts';
import { putAway } from './put-away.ts';
import { findReceipt } from './receipt-store.ts';

/**
 * Revokes a connection: its secrets are destroyed, but for what its provider is told with in the background; the row stays for
 * the record (004.7). A second time it is NOT_FOUND.
 */
export async function deleteConnection(ctx: Context, id: string): Promise<void> {
  const connection = await revocableConnection(ctx, id);
  const cutting = { filter: { ids: [id] }, reason: 'Deleted.', generation: connection.generation };
  const { cut } = await ctx.db.transact(async (trx) => {
    const begun = await beginRevocation(trx, ctx, { filter: undefined, usedSince: null, cutting });
    if (begun.cut.length === 0) throw await whyNot(trx, connection);
    return begun;
  });
  endSessions(ctx, cut);
  await putAwayNow(ctx, id);
}

async function whyNot(trx: WorkspaceTrx, { id }: Connection): Promise<Failure> {
  const now = await findConnection(trx, id);
  return now?.deletedAt === null
    ? new Failure('CONFLICT', 'The connection was changed by somebody else meanwhile. Look at it and try again.')
    : new Failure('NOT_FOUND', 'There is no such connection.');
}

/** Before the answer where that can be; else the background does it. */
async function putAwayNow(ctx: Context, id: string): Promise<void> {
  try {
    const receipt = await findReceipt(ctx.db, id);
    if (receipt) await putAway(ctx, receipt);
  } catch (error) {
    const facts = { connection: id, reason: describeError(error) };
    ctx.log.warn(facts, 'The secrets of a deleted connection could not be put away yet. It is tried again.');
  }
}
