import { type Connection, mayUse } from '../../connections/connection.ts';
import { findConnections } from '../../connections/connection-store.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';

/** Which connections may be named: `own` lets personal ones of whoever names them through. */
interface Naming {
  readonly ids: readonly string[];
  readonly own: boolean;
}

/**
 * Throws BAD_REQUEST, naming the first, unless whoever names these connections for end users may use each of them now. One of
 * an end user is never named for anybody. What does not exist and what is out of reach sound alike.
 */
export async function checkNamed(ctx: Pick<Context, 'db' | 'caller'>, { ids, own }: Naming): Promise<void> {
  const found = await findConnections(ctx.db, ids);
  const mayName = (connection: Connection | undefined) =>
    connection?.deletedAt === null &&
    connection.endUser === null &&
    (own || connection.scope !== 'personal') &&
    mayUse(ctx.caller, connection);
  const refused = ids.find((id) => !mayName(found.get(id)));
  if (refused !== undefined)
    throw new Failure('BAD_REQUEST', `"connections" names ${refused}. ${own ? ownOrShared : sharedOnly}`);
}

const sharedOnly = 'Name connections of the workspace or of your crews: their ids are in GET /api/v1/connections.';
const ownOrShared = 'Name your own connections, or those of the workspace or of your crews, that are not deleted.';
