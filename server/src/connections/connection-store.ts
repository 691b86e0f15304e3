import type { Expression, ExpressionBuilder, Generated, Insertable, Selectable, SqlBool } from 'kysely';
import type { ActingEndUser, Caller } from '../access/caller.ts';
import { authModes } from '../catalog/connector.ts';
import { readJsonObject, readTextList } from '../lib/json.ts';
import type { Erasable, Fixed, Flag, Tables, WorkspaceColumn } from '../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import type { Metadata } from './metadata/merge-metadata.ts';
import { putTags } from './metadata/tag-store.ts';
import { readSettings } from './settings/connection-settings.ts';
import { type Connection, connectionScopes, connectionStatuses, mayUse } from './connection.ts';

export interface ConnectionsTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  /** Changes only where an agent endpoint becomes one of another type. */
  connector_id: string;
  connector_version: string;
  handle: Fixed<string>;
  label: string;
  scope: string;
  owner_user_id: string | null;
  crew_id: string | null;
  end_user_id: string | null;
  end_user_external_id: string | null;
  /** JSON: what an app wrote on it. */
  metadata: Generated<string>;
  auth_mode: string;
  status: string;
  status_reason: string | null;
  is_active: Flag;
  identity: string | null;
  granted_scopes: string;
  config: string;
  settings: string;
  loopback: Flag;
  generation: number;
  credentials_version: number;
  expires_at: string | null;
  /** Milliseconds since the epoch: when its provider is asked about it next; null: not planned yet. */
  look_at: Generated<number | null>;
  /** How often in a row it was asked about one that had failed. */
  looks: Generated<number>;
  created_by: Erasable<string>;
  created_at: Fixed<string>;
  updated_at: string;
  deleted_at: string | null;
}

declare module '../storage/schema.ts' {
  interface Tables {
    connections: ConnectionsTable;
  }
}

export type ConnectionRow = Selectable<ConnectionsTable>;
export type NewConnectionRow = Insertable<ConnectionsTable>;

/** The connection, deleted or not, or `undefined`. */
export async function findConnection(db: WorkspaceRows, id: string): Promise<Connection | undefined> {
  const row = await db.rows.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readConnection(row);
}

/** The connection as this transaction has written it, whatever becomes of it afterwards. */
export async function justWritten(trx: WorkspaceTrx, id: string): Promise<Connection> {
  const connection = await findConnection(trx, id);
  if (connection) return connection;
  throw new Error('A connection that was just written is not there.');
}

/** The connections with these ids by id, deleted or not; one that does not exist is absent. */
export async function findConnections(
  db: WorkspaceRows,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Connection>> {
  if (ids.length === 0) return new Map();
  const rows = await db.rows
    .selectFrom('connections')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, readConnection(row)]));
}

/** Which of the usable connections are meant. */
export interface UsableWish {
  readonly handle?: string;
  readonly connectorIds?: readonly string[];
}

/** Connections that are not deleted and that the caller may use: their own, their crews' and the workspace's (004.1, 000.6). */
export async function listUsable(db: WorkspaceRows, caller: Caller, wish: UsableWish = {}): Promise<Connection[]> {
  const { handle, connectorIds } = wish;
  const rows = await db.rows
    .selectFrom('connections')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where((where) => inReach(where, caller))
    .$if(handle !== undefined, (query) => query.where('handle', '=', handle ?? ''))
    .$if(connectorIds !== undefined, (query) => query.where('connector_id', 'in', [...(connectorIds ?? [])]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(mostUsable)
    .execute();
  return rows.map(readConnection).filter((connection) => mayUse(caller, connection));
}

/** As `mayUse` says it of one connection; of an end user's connectors it does not speak. */
export function inReach(
  where: ExpressionBuilder<Tables, 'connections'>,
  { userId, crews, endUser }: Pick<Caller, 'userId' | 'crews' | 'endUser'>,
): Expression<SqlBool> {
  const own = where.and([where('connections.scope', '=', 'personal'), where('connections.owner_user_id', '=', userId)]);
  const within = (column: 'connections.id' | 'connections.crew_id', ids: ReadonlySet<string>) =>
    ids.size === 0 ? [] : [where(column, 'in', [...ids])];
  if (endUser) return where('connections.id', 'in', theirs(where, endUser));
  const ofCrews = within('connections.crew_id', crews).map((inCrew) =>
    where.and([where('connections.scope', '=', 'crew'), inCrew]),
  );
  const ofMembers = where('connections.end_user_id', 'is', null);
  return where.and([ofMembers, where.or([where('connections.scope', '=', 'workspace'), own, ...ofCrews])]);
}

/** Few among very many: each is found by what names it. */
function theirs(where: ExpressionBuilder<Tables, 'connections'>, { id, connections }: ActingEndUser) {
  const own = where.selectFrom('connections as own').select('own.id').where('own.end_user_id', '=', id);
  if (connections.size === 0) return own;
  const named = where.selectFrom('connections as named').select('named.id');
  return own.unionAll(named.where('named.id', 'in', [...connections]));
}

/** More connections than this are not offered to one caller at once. */
const mostUsable = 1000;

/** How many a bare array holds at most; one more is read to know whether there are more (RULINGS, Everywhere 9). */
export const longestList = 1000;

/**
 * The caller's own live connection of this connector under this label (004.2): one that is connected, however somebody signed
 * in to it, else the first that is signed in to this way.
 */
export async function findOwn(
  db: WorkspaceRows,
  wish: Pick<Connection, 'connectorId' | 'label' | 'authMode'> & { readonly userId: string },
): Promise<Connection | undefined> {
  const rows = await db.rows
    .selectFrom('connections')
    .selectAll()
    .where('owner_user_id', '=', wish.userId)
    .where('connector_id', '=', wish.connectorId)
    .where('label', '=', wish.label)
    .where('deleted_at', 'is', null)
    .where((where) => where.or([where('status', '=', 'connected'), where('auth_mode', '=', wish.authMode)]))
    .orderBy('created_at')
    .limit(longestList)
    .execute();
  const own = rows.map(readConnection);
  return own.find(({ status }) => status === 'connected') ?? own[0];
}

/** The latest connections that this person made under this label and that are still pending, whatever their settings. */
export async function listWaiting(
  db: WorkspaceRows,
  wish: Pick<Connection, 'createdBy' | 'connectorId' | 'authMode' | 'scope' | 'label'>,
): Promise<Connection[]> {
  const rows = await db.rows
    .selectFrom('connections')
    .selectAll()
    .where('created_by', '=', wish.createdBy)
    .where('connector_id', '=', wish.connectorId)
    .where('auth_mode', '=', wish.authMode)
    .where('scope', '=', wish.scope)
    .where('label', '=', wish.label)
    .where('status', '=', 'pending')
    .where('deleted_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute();
  return rows.map(readConnection);
}

export async function insertConnection(trx: WorkspaceTrx, row: NewConnectionRow): Promise<void> {
  await trx.rows.insertInto('connections').values(row).execute();
  const metadata = readMetadata(row.metadata ?? '{}');
  if (Object.keys(metadata).length > 0) await putTags(trx, row.id, metadata);
}

/** Changes columns of a connection, only while it still has the generation that was read; false where it has moved on. */
export async function changeConnection(
  trx: WorkspaceTrx,
  connection: Pick<Connection, 'id' | 'generation'>,
  change: Partial<Omit<ConnectionRow, 'id' | 'workspace_id' | 'handle' | 'created_by' | 'created_at'>>,
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('connections')
    .set(change)
    .where('id', '=', connection.id)
    .where('generation', '=', connection.generation)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  if (change.metadata !== undefined) await putTags(trx, connection.id, readMetadata(change.metadata));
  return true;
}

function readMetadata(text: string): Metadata {
  return Object.fromEntries(Object.entries(readJsonObject(text)).map(([name, value]) => [name, String(value)]));
}

/** A row as the rest of us knows it. */
export function readConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    connectorId: row.connector_id,
    connectorVersion: row.connector_version,
    handle: row.handle,
    label: row.label,
    scope: oneOf(connectionScopes, row.scope),
    ownerUserId: row.owner_user_id,
    crewId: row.crew_id,
    endUser: row.end_user_id === null ? null : { id: row.end_user_id, externalId: row.end_user_external_id ?? '' },
    metadata: readMetadata(row.metadata),
    authMode: oneOf(authModes, row.auth_mode),
    status: oneOf(connectionStatuses, row.status),
    statusReason: row.status_reason,
    isActive: row.is_active === 1,
    identity: row.identity,
    grantedScopes: readTextList(row.granted_scopes),
    config: readJsonObject(row.config),
    settings: readSettings(row.settings),
    loopback: row.loopback === 1,
    generation: row.generation,
    credentialsVersion: row.credentials_version,
    expiresAt: row.expires_at,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
  };
}

function oneOf<const Value extends string>(values: readonly Value[], text: string): Value {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`The database holds "${text}" where one of ${values.join(', ')} belongs.`);
  return found;
}
