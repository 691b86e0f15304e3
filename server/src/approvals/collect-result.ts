import type { Connection } from '../connections/connection.ts';
import { findConnection } from '../connections/connection-store.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { isoTime } from '../lib/clock.ts';
import type { Outcome, Rejected } from '../transports/outcome.ts';
import { type WaitingCall, waitingCall } from './approval.ts';
import { type ApprovalRow, collectApproval, findApprovalRow, readApproval } from './approval-store.ts';
import { settledOutcome } from './settled-outcome.ts';

/**
 * What became of a call that waited, for the credential that asked, once: who comes a second time is told that it was handed
 * out. A call that waited for this very decision gets the result in any case: it is the answer to a question of its own.
 * NOT_FOUND for everybody else.
 */
export async function collectResult(
  ctx: Context,
  id: string,
  { hasWaited = false }: { readonly hasWaited?: boolean } = {},
): Promise<Outcome | WaitingCall> {
  const row = await findOwn(ctx, id);
  if (row === undefined && hasWaited) return forgotten;
  if (row === undefined) throw new Failure('NOT_FOUND', 'There is no such approval of yours.');
  const { status } = readApproval(row, isoTime(ctx.clock));
  if (status === 'pending' || status === 'executing')
    return waitingCall(ctx.config.publicUrl, id, await connectionOf(ctx, row));
  const outcome = await settledOutcome(ctx, row);
  if (status === 'expired') return outcome;
  const isFirst = await ctx.db.transact((trx) => collectApproval(trx, id, isoTime(ctx.clock)));
  return isFirst || hasWaited ? outcome : handedOut;
}

async function findOwn(ctx: Context, id: string): Promise<ApprovalRow | undefined> {
  const row = await findApprovalRow(ctx.db, id);
  return row?.principal === ctx.caller.principal ? row : undefined;
}

async function connectionOf({ db }: Context, row: ApprovalRow): Promise<Connection> {
  const connection = await findConnection(db, row.connection_id);
  if (connection) return connection;
  throw new Error('The connection of an approval is not there.');
}

/** For who asked while they were there. */
const forgotten: Rejected = {
  status: 'rejected',
  reason: 'voided',
  message: 'Whoever this call was asked for was erased before anybody decided, so it was not run.',
};

const handedOut: Rejected = {
  status: 'rejected',
  reason: 'input',
  message: 'The result of this call was handed out already. Calling the tool again asks a person again.',
};
