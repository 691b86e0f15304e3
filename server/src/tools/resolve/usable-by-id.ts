import { type Connection, mayUse } from '../../connections/connection.ts';
import { findConnection } from '../../connections/connection-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';

/** A connection the caller may use, by its id. NOT_FOUND for every other. */
export async function usableById(ctx: Pick<Context, 'db' | 'caller'>, id: string): Promise<Connection> {
  const connection = await findConnection(ctx.db, id);
  if (connection && connection.deletedAt === null && mayUse(ctx.caller, connection)) return connection;
  throw new Failure('NOT_FOUND', 'There is no such connection.');
}
