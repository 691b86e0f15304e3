import { type Usage, usageOf } from '../../calls/usage.ts';
import type { Context } from '../../context.ts';
import type { Connection } from '../connection.ts';
import { findConnections } from '../connection-store.ts';
import { listReceipts } from './receipt-store.ts';

/** What a connection was used for, while it could be. */
export interface UsedConnection {
  readonly connection: Connection;
  readonly usage: Usage;
}

const perPage = 100;

/** What each connection of a revocation was used for since a time (RFC 3339), one after another, as far as the log of calls goes back. */
export async function* reportUsage(
  { db, calls }: Pick<Context, 'db' | 'calls'>,
  { revocationId, since }: { readonly revocationId: string; readonly since: string | null },
): AsyncGenerator<UsedConnection> {
  await calls.flush();
  let cursor: string | undefined;
  do {
    const page = await listReceipts(db, { revocationId, limit: perPage, cursor });
    const connections = await findConnections(
      db,
      page.items.map(({ id }) => id),
    );
    for (const { id } of page.items) {
      const connection = connections.get(id);
      if (connection) yield { connection, usage: await usageOf(db, { connectionId: id, since: since ?? '' }) };
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
