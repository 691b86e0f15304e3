import type { ExpressionBuilder, Insertable, Selectable } from 'kysely';
import { given } from '../../lib/cursor.ts';
import type { Position } from '../../lib/cursor.ts';
import { readJsonObject, readTextList } from '../../lib/json.ts';
import type { Erasable, Fixed, Tables, WorkspaceColumn } from '../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { type ConnectLink, linkPurposes, type LinkStatus } from './connect-link.ts';

export interface ConnectLinksTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  /** SHA-256 of its token, in hex. */
  token_hash: Fixed<string>;
  purpose: Fixed<string>;
  end_user_id: Fixed<string>;
  /** JSON: ids; null: all. */
  connectors: Fixed<string | null>;
  connection_id: string | null;
  approval_id: Fixed<string | null>;
  /** JSON. */
  scopes: Fixed<string>;
  return_url: Fixed<string | null>;
  opener_origin: string | null;
  /** JSON: what an app wrote. */
  metadata: Erasable<string>;
  locale: Fixed<string | null>;
  /** Equal for links that are for the same, where one that waits is handed out again. */
  same_as: Fixed<string | null>;
  /** SHA-256 of the session that opening it gave, in hex. */
  session_hash: string | null;
  session_until: number | null;
  created_by: Erasable<string>;
  /** JSON: the principals that it descends from (S3). */
  lineage: Erasable<string>;
  created_at: Fixed<string>;
  expires_at: Fixed<string>;
  opened_at: string | null;
  finished_at: string | null;
  revoked_at: string | null;
}

declare module '../../storage/schema.ts' {
  interface Tables {
    connect_links: ConnectLinksTable;
  }
}

export type NewLinkRow = Insertable<ConnectLinksTable>;

export async function insertLinks(trx: WorkspaceTrx, rows: readonly NewLinkRow[]): Promise<void> {
  await trx.rows.insertInto('connect_links').values(rows).execute();
}

export async function findLink(db: WorkspaceRows, id: string): Promise<ConnectLink | undefined> {
  const row = await db.rows.selectFrom('connect_links').selectAll().where('id', '=', id).executeTakeFirst();
  return row && readLink(row);
}

/** The link with this token, of whichever workspace. */
export async function findLinkByToken(
  { rows }: Pick<Storage, 'rows'>,
  tokenHash: string,
): Promise<ConnectLink | undefined> {
  const row = await rows.selectFrom('connect_links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return row && readLink(row);
}

/** The link that was opened with this session, while that holds. */
export async function findLinkBySession(
  { rows }: Pick<Storage, 'rows'>,
  sessionHash: string,
  now: number,
): Promise<ConnectLink | undefined> {
  const row = await rows
    .selectFrom('connect_links')
    .selectAll()
    .where('session_hash', '=', sessionHash)
    .where('session_until', '>', now)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && readLink(row);
}

/** A link for the same that nobody has opened and that holds at least until then (RFC 3339). */
export async function findAlike(db: WorkspaceRows, sameAs: string, until: string): Promise<ConnectLink | undefined> {
  const row = await db.rows
    .selectFrom('connect_links')
    .selectAll()
    .where('same_as', '=', sameAs)
    .where('expires_at', '>', until)
    .where('opened_at', 'is', null)
    .where('revoked_at', 'is', null)
    .orderBy('expires_at', 'desc')
    .executeTakeFirst();
  return row && readLink(row);
}

/** How a browser opens a link. */
export interface Opening {
  readonly sessionHash: string;
  /** Milliseconds since the epoch. */
  readonly sessionUntil: number;
  readonly openerOrigin: string | null;
  /** RFC 3339. */
  readonly now: string;
}

/** Opens a link once: false where it was opened before, is over or was revoked. */
export async function spendLink(trx: WorkspaceTrx, id: string, opening: Opening): Promise<boolean> {
  const { sessionHash, sessionUntil, openerOrigin, now } = opening;
  const result = await trx.rows
    .updateTable('connect_links')
    .set({ opened_at: now, session_hash: sessionHash, session_until: sessionUntil, opener_origin: openerOrigin })
    .where('id', '=', id)
    .where('opened_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Changes a link that was opened and has come to nothing yet; false where it is another one by now. */
export async function stepLink(
  trx: WorkspaceTrx,
  id: string,
  change: Partial<Pick<ConnectLinksTable, 'connection_id' | 'finished_at'>>,
): Promise<boolean> {
  const result = await trx.rows
    .updateTable('connect_links')
    .set(change)
    .where('id', '=', id)
    .where('opened_at', 'is not', null)
    .where('finished_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends a link and what it opened; false where it had come to its end. */
export async function endLink(trx: WorkspaceTrx, id: string, now: string): Promise<boolean> {
  const result = await trx.rows
    .updateTable('connect_links')
    .set({ revoked_at: now, session_hash: null })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Which links to list; what is left out does not narrow. */
export interface LinkFilters {
  readonly endUserId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly purpose?: string | undefined;
  readonly status?: LinkStatus | undefined;
}

/** Where the list goes on, and how far. */
export interface LinkPage {
  readonly after: Position;
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Links after a position, newest first; at most one more than the limit. */
export async function listLinkRows(
  db: WorkspaceRows,
  { status, endUserId, connectionId, purpose }: LinkFilters,
  { after, limit, now }: LinkPage,
): Promise<readonly ConnectLink[]> {
  const rows = await db.rows
    .selectFrom('connect_links')
    .selectAll()
    .where(({ and }) => and(given({ end_user_id: endUserId, connection_id: connectionId, purpose })))
    .$if(status !== undefined, (query) => query.where((where) => standsAt(where, status ?? 'created', now)))
    .where((where) => isAfter(where, after))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return rows.map(readLink);
}

type Where = ExpressionBuilder<Tables, 'connect_links'>;

function isAfter(where: Where, { at, id }: Position) {
  return where.or([where('created_at', '<', at), where.and([where('created_at', '=', at), where('id', '<', id)])]);
}

/** The same as `statusOf` says of one link. */
function standsAt(where: Where, status: LinkStatus, now: number) {
  const at = new Date(now).toISOString();
  const isLive = [where('finished_at', 'is', null), where('revoked_at', 'is', null)];
  const waits = where.and([where('opened_at', 'is', null), where('expires_at', '>', at)]);
  const isOpen = where.and([where('opened_at', 'is not', null), where('session_until', '>', now)]);
  switch (status) {
    case 'finished':
      return where('finished_at', 'is not', null);
    case 'revoked':
      return where.and([where('revoked_at', 'is not', null), where('finished_at', 'is', null)]);
    case 'created':
      return where.and([...isLive, waits]);
    case 'opened':
      return where.and([...isLive, isOpen]);
    case 'expired':
      return where.and([...isLive, where.not(where.or([waits, isOpen]))]);
  }
}

/** Deletes the links of one end user, and with them what they opened. */
export async function deleteLinksOf(trx: WorkspaceTrx, endUserId: string): Promise<void> {
  await trx.rows.deleteFrom('connect_links').where('end_user_id', '=', endUserId).execute();
}

/** Deletes links of every workspace that could be opened until before this time (RFC 3339). */
export async function deleteOldLinks(storage: Pick<Storage, 'transact'>, before: string): Promise<void> {
  await storage.transact((trx) => trx.rows.deleteFrom('connect_links').where('expires_at', '<', before).execute());
}

function readLink(row: Selectable<ConnectLinksTable>): ConnectLink {
  const metadata = Object.entries(readJsonObject(row.metadata)).map(([name, value]) => [name, String(value)]);
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    purpose: linkPurposes.find((each) => each === row.purpose) ?? 'connect',
    endUserId: row.end_user_id,
    connectors: row.connectors === null ? null : readTextList(row.connectors),
    connectionId: row.connection_id,
    approvalId: row.approval_id,
    scopes: readTextList(row.scopes),
    returnUrl: row.return_url,
    openerOrigin: row.opener_origin,
    metadata: Object.fromEntries(metadata),
    locale: row.locale,
    createdBy: row.created_by,
    lineage: readTextList(row.lineage),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    openedAt: row.opened_at,
    sessionUntil: row.session_until,
    finishedAt: row.finished_at,
    revokedAt: row.revoked_at,
  };
}
