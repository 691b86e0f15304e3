import type { Context } from '../../context.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Connection } from '../connection.ts';

/** Has a connection checked in the background after the provider turned its credentials down in a call (003.2). */
export async function doubtConnection(
  ctx: Pick<Context, 'db' | 'clock'>,
  { id }: Pick<Connection, 'id'>,
): Promise<void> {
  const job = { kind: 'connection.check', payload: { connectionId: id }, uniqueKey: id } as const;
  await ctx.db.transact((trx) => enqueue(trx, ctx.clock, job));
}
