import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Caller } from '../../access/caller.ts';
import type { Tables } from '../../storage/schema.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { type Connection, mayUse } from '../connection.ts';
import { findConnection, inReach, longestList, readConnection } from '../connection-store.ts';
import { countTag, hasTag, type Tag } from '../metadata/tag-store.ts';

/** Which connections `GET /api/v1/connections` lists. */
export interface ListWish {
  readonly caller: Caller;
  /** The caller's own, with them those of crews and workspace, or those of end users instead. */
  readonly whose: 'own' | 'shared' | 'end_users';
  /** Of end users: of this one alone, by their row's id. */
  readonly endUserId?: string | undefined;
  readonly connectorId?: string | undefined;
  /** All of these, to the letter. */
  readonly tags?: readonly Tag[] | undefined;
  /** The id to go on before. */
  readonly before?: string | undefined;
}

/** Those that are not deleted and no agent endpoints, newest first. At most one more than the longest list, to go on before the last one's id. */
export async function listConnections(db: WorkspaceRows, wish: ListWish): Promise<readonly Connection[]> {
  const { tags = [], endUserId, whose } = wish;
  const isOfMany = whose === 'end_users' && endUserId === undefined && tags.length > 0;
  const rarest = isOfMany ? await findRarest(db, tags, wish.connectorId) : undefined;
  const rows = await (rarest === undefined ? byTime(db, wish) : byTag(db, wish, rarest));
  const found = rows.map(readConnection);
  return wish.caller.endUser === undefined ? found : found.filter((each) => mayUse(wish.caller, each));
}

/** How many of an end user's connections, by their row's id, are not deleted. */
export async function countConnectionsOf(db: WorkspaceRows, endUserId: string): Promise<number> {
  const row = await db.rows
    .selectFrom('connections')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('end_user_id', '=', endUserId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

async function byTime(db: WorkspaceRows, wish: ListWish) {
  const last = wish.before === undefined ? undefined : await findConnection(db, wish.before);
  return db.rows
    .selectFrom('connections')
    .selectAll('connections')
    .where((where) => where.and([isListed(where, wish), ...(wish.tags ?? []).map((tag) => hasTag(where, tag))]))
    .$if(last !== undefined, (query) => query.where((where) => olderThan(where, last)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(longestList + 1)
    .execute();
}

/** The tag of the fewest connections; `undefined` where the connector has still fewer. */
async function findRarest(
  db: WorkspaceRows,
  tags: readonly Tag[],
  connectorId: string | undefined,
): Promise<Tag | undefined> {
  const ofConnector = connectorId === undefined ? Infinity : await countConnector(db, connectorId);
  const counted = await Promise.all(tags.map(async (tag) => ({ tag, count: await countTag(db, tag) })));
  const [first] = counted.toSorted((left, right) => left.count - right.count);
  return first && first.count <= ofConnector ? first.tag : undefined;
}

const mostCounted = 1000;

async function countConnector(db: WorkspaceRows, connectorId: string): Promise<number> {
  const some = db.rows.selectFrom('connections').select('id').where('connector_id', '=', connectorId);
  return (await some.limit(mostCounted).execute()).length;
}

/** Of very many, the few that have a tag; ids are ordered by time. */
async function byTag(db: WorkspaceRows, wish: ListWish, rarest: Tag) {
  const [name, value] = rarest;
  const others = (wish.tags ?? []).filter((tag) => tag !== rarest);
  return db.rows
    .selectFrom('connection_tags')
    .innerJoin('connections', 'connections.id', 'connection_tags.connection_id')
    .selectAll('connections')
    .where('connection_tags.name', '=', name)
    .where('connection_tags.value', '=', value)
    .where((where) => where.and([isListed(where, wish), ...others.map((tag) => hasTag(where, tag))]))
    .$if(wish.before !== undefined, (query) => query.where('connection_tags.connection_id', '<', wish.before ?? ''))
    .orderBy('connection_tags.connection_id', 'desc')
    .limit(longestList + 1)
    .execute();
}

type Where = ExpressionBuilder<Tables, 'connections'>;

function isListed(where: Where, wish: ListWish): Expression<SqlBool> {
  const { connectorId } = wish;
  return where.and([
    where('connections.deleted_at', 'is', null),
    where('connections.connector_id', 'not like', 'agent:%'),
    ...(connectorId === undefined ? [] : [where('connections.connector_id', '=', connectorId)]),
    isTheirs(where, wish),
  ]);
}

function isTheirs(where: Where, { caller, whose, endUserId }: ListWish): Expression<SqlBool> {
  if (endUserId !== undefined) return where('connections.end_user_id', '=', endUserId);
  if (whose === 'end_users') return where('connections.end_user_id', 'is not', null);
  if (caller.endUser) return inReach(where, caller);
  const own = where('connections.owner_user_id', '=', caller.userId);
  if (whose === 'own') return own;
  const ofMembers = where('connections.end_user_id', 'is', null);
  return where.and([ofMembers, where.or([own, where('connections.scope', '!=', 'personal')])]);
}

function olderThan(where: Where, last: Pick<Connection, 'createdAt' | 'id'> | undefined) {
  const { createdAt = '', id = '' } = last ?? {};
  return where.or([
    where('created_at', '<', createdAt),
    where.and([where('created_at', '=', createdAt), where('id', '<', id)]),
  ]);
}
