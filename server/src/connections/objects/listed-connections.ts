import type { ExpressionBuilder } from 'kysely';
import { type Caller, roleAtLeast } from '../../access/caller.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Tables } from '../../storage/schema.ts';
import type { Connection } from '../connection.ts';
import { readConnection } from '../connection-store.ts';
import { readObjectId, tailStart } from './object-id.ts';

/** The states in which a connection is a connector object: it has been connected, and is not revoked (003.1). */
export const listedStatuses = ['connected', 'auth_failed', 'token_expired'] as const;
type ListedStatus = (typeof listedStatuses)[number];

/** Which connections are meant. */
export interface ListedWish {
  readonly connectorId?: string | undefined;
  readonly status?: ListedStatus | undefined;
  readonly isActive?: boolean | undefined;
  readonly limit: number;
  /** The id to go on before. */
  readonly before?: string | undefined;
}

export interface ListedPage {
  readonly items: readonly Connection[];
  /** The id to go on before, or `undefined` on the last page. */
  readonly next: string | undefined;
}

type Where = ExpressionBuilder<Tables, 'connections'>;
type Seeing = Pick<Context, 'db' | 'caller'>;

/** The connections contract 003 lists, newest first: those the caller may use or manage. */
export async function listedConnections(ctx: Seeing, wish: ListedWish): Promise<ListedPage> {
  const rows = await listed(ctx)
    .$if(wish.connectorId !== undefined, (query) => query.where('connector_id', '=', wish.connectorId ?? ''))
    .$if(wish.status !== undefined, (query) => query.where('status', '=', wish.status ?? ''))
    .$if(wish.isActive !== undefined, (query) => query.where('is_active', '=', wish.isActive === true ? 1 : 0))
    .$if(wish.before !== undefined, (query) => query.where('id', '<', wish.before ?? ''))
    .orderBy('id', 'desc')
    .limit(wish.limit + 1)
    .execute();
  const page = rows.slice(0, wish.limit);
  return { items: page.map(readConnection), next: rows.length > wish.limit ? page.at(-1)?.id : undefined };
}

/** One of them by either form of its id; NOT_FOUND for what the caller may not see. */
export async function listedConnection(ctx: Seeing, id: string): Promise<Connection> {
  const row = await listed(ctx)
    .where((where) => isNamed(where, id))
    .executeTakeFirst();
  if (row) return readConnection(row);
  throw new Failure('NOT_FOUND', 'There is no such connector. GET /v1/connectors lists those you have.');
}

function listed({ db, caller }: Seeing) {
  return db.rows
    .selectFrom('connections')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('status', 'in', listedStatuses)
    .where('connector_id', 'not like', 'agent:%')
    .where((where) => seenBy(where, caller));
}

/** By the UUID, or by its end, which has an index of its own. */
function isNamed(where: Where, id: string) {
  const tail = readObjectId(id);
  if (tail === undefined) return where('id', '=', id.toLowerCase());
  return where(where.fn<string>('substr', ['id', where.lit(tailStart)]), '=', tail);
}

/** As `mayUse` and `mayManage` say it of one connection; what belongs to the end users of apps is none of them. */
function seenBy(where: Where, { userId, crews, role }: Caller) {
  const own = where.and([where('scope', '=', 'personal'), where('owner_user_id', '=', userId)]);
  if (roleAtLeast(role, 'MANAGER')) return where.or([own, where('scope', '!=', 'personal')]);
  const inCrews = crews.size > 0 ? [where.and([where('scope', '=', 'crew'), where('crew_id', 'in', [...crews])])] : [];
  return where.or([own, where('scope', '=', 'workspace'), ...inCrews]);
}
