import { isAgentConnector } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { Connection } from '../connection.ts';

/**
 * Has a connection checked in the background after the provider turned its credentials down in a call (003.2). An agent
 * endpoint has no probe but a conversation, which nobody asked for: it stays as it is.
 */
export async function doubtConnection(
  ctx: Pick<Context, 'db' | 'clock'>,
  { id, connectorId }: Pick<Connection, 'id' | 'connectorId'>,
): Promise<void> {
  if (isAgentConnector(connectorId)) return;
  const job = { kind: 'connection.check', payload: { connectionId: id }, uniqueKey: id } as const;
  await ctx.db.transact((trx) => enqueue(trx, ctx.clock, job));
}
