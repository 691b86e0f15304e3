import type { Expression, ExpressionBuilder, Selectable, SqlBool } from 'kysely';
import { pageStart } from '../../../events/page-start.ts';
import { type Clock, isoTime } from '../../../lib/clock.ts';
import type { Page } from '../../../lib/cursor.ts';
import { readJsonObject, readTextList } from '../../../lib/json.ts';
import type { Fixed, Erasable, Tables, WorkspaceColumn } from '../../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../../storage/storage.ts';
import type { PageQuery } from '../../acting.ts';
import { pageBy } from '../../page-by.ts';
import { type EndUser, readEndUser } from '../end-user-store.ts';

interface UserTokensTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  end_user_id: Fixed<string>;
  /** SHA-256 of the token, in hex. */
  hash: Fixed<string>;
  /** JSON: of which connectors their own connections count; null: of all. */
  connectors: Fixed<string | null>;
  /** JSON: ids of connections of the workspace that it names. */
  connections: Fixed<string>;
  agent: Fixed<string | null>;
  /** JSON: what the app wrote on it. */
  metadata: Erasable<string>;
  maker_user_id: Erasable<string>;
  maker_key_id: Fixed<string | null>;
  /** JSON: the principals of whoever made it, oldest first (S3). */
  lineage: Fixed<string>;
  created_by: Erasable<string>;
  created_at: Fixed<string>;
  expires_at: Fixed<string>;
  revoked_at: string | null;
}

declare module '../../../storage/schema.ts' {
  interface Tables {
    user_tokens: UserTokensTable;
  }
}

/** A token of an end user as it may be shown: never the token, never its hash. */
export interface UserToken {
  readonly id: string;
  readonly endUser: EndUser;
  readonly connectors: readonly string[] | undefined;
  readonly connections: readonly string[];
  readonly agent: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** What of a new token is kept and never shown. */
export interface KeptOfToken {
  readonly hash: string;
  readonly makerUserId: string;
  /** Absent where a person made it without one. */
  readonly makerKeyId: string | undefined;
  readonly lineage: readonly string[];
}

export interface NewUserToken {
  readonly token: UserToken;
  readonly kept: KeptOfToken;
}

/** Writes the rows of tokens, at least one. The plain tokens are never stored. */
export async function insertUserTokens(trx: WorkspaceTrx, tokens: readonly NewUserToken[]): Promise<void> {
  await trx.rows.insertInto('user_tokens').values(tokens.map(rowOf)).execute();
}

function rowOf({ token, kept }: NewUserToken) {
  return {
    id: token.id,
    end_user_id: token.endUser.id,
    hash: kept.hash,
    connectors: token.connectors === undefined ? null : JSON.stringify(token.connectors),
    connections: JSON.stringify(token.connections),
    agent: token.agent,
    metadata: JSON.stringify(token.metadata),
    maker_user_id: kept.makerUserId,
    maker_key_id: kept.makerKeyId ?? null,
    lineage: JSON.stringify(kept.lineage),
    created_by: token.createdBy,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    revoked_at: null,
  };
}

/** A token of the workspace that is in force by its row; `undefined` where it was revoked, is over, or never was. */
export async function findUserToken(db: WorkspaceRows, clock: Clock, id: string): Promise<UserToken | undefined> {
  const row = await listed(db, clock).where('user_tokens.id', '=', id).executeTakeFirst();
  return row && readUserToken(row);
}

/** The tokens in force, newest first; of one end user where named by the app's id. */
export async function pageOfUserTokens(
  { db, clock }: { readonly db: WorkspaceRows; readonly clock: Clock },
  page: PageQuery & { readonly endUser?: string | undefined },
): Promise<Page<UserToken>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await listed(db, clock)
    .$if(page.endUser !== undefined, (query) => query.where('end_users.external_id', '=', page.endUser ?? ''))
    .where(({ eb, refTuple, tuple }) => eb(refTuple('user_tokens.created_at', 'user_tokens.id'), '<', tuple(at, id)))
    .orderBy('user_tokens.created_at', 'desc')
    .orderBy('user_tokens.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows.map(readUserToken), page.limit, (token) => token.createdAt);
}

/** Ends a token. False where there is none or it had ended already. */
export async function endUserToken(trx: WorkspaceTrx, id: string, at: string): Promise<boolean> {
  const result = await trx.rows
    .updateTable('user_tokens')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How long a row stays after its token is over, in milliseconds: as long as an approval that it asked for may wait. */
export const keptAfterMs = 7 * 86_400_000;

/** Deletes some of the tokens that were over before a moment (ISO 8601), of all workspaces; answers how many. */
export async function deleteUserTokens(storage: Storage, overBefore: string, most: number): Promise<number> {
  return storage.transact(async ({ rows }) => {
    const oldest = rows
      .selectFrom('user_tokens')
      .select('hash')
      .where('expires_at', '<', overBefore)
      .orderBy('expires_at')
      .limit(most);
    const { numDeletedRows } = await rows.deleteFrom('user_tokens').where('hash', 'in', oldest).executeTakeFirst();
    return Number(numDeletedRows);
  });
}

/** Whether whoever made a token still stands behind it: a member of the workspace, and the key they made it with not revoked. */
export function makerStands(where: ExpressionBuilder<Tables, 'user_tokens'>): Expression<SqlBool> {
  const member = where
    .selectFrom('members')
    .select('members.id')
    .whereRef('members.workspace_id', '=', 'user_tokens.workspace_id')
    .whereRef('members.user_id', '=', 'user_tokens.maker_user_id');
  const key = where
    .selectFrom('api_keys')
    .select('api_keys.id')
    .whereRef('api_keys.workspace_id', '=', 'user_tokens.workspace_id')
    .whereRef('api_keys.id', '=', 'user_tokens.maker_key_id')
    .where('api_keys.revoked_at', 'is', null);
  const byNoKey = where('user_tokens.maker_key_id', 'is', null);
  return where.and([where.exists(member), where.or([byNoKey, where.exists(key)])]);
}

function listed(db: WorkspaceRows, clock: Clock) {
  return db.rows
    .selectFrom('user_tokens')
    .innerJoin('end_users', (join) =>
      join
        .onRef('end_users.workspace_id', '=', 'user_tokens.workspace_id')
        .onRef('end_users.id', '=', 'user_tokens.end_user_id'),
    )
    .selectAll('end_users')
    .select([
      'user_tokens.id as token_id',
      'user_tokens.connectors',
      'user_tokens.connections',
      'user_tokens.agent',
      'user_tokens.metadata',
      'user_tokens.created_by',
      'user_tokens.created_at as made_at',
      'user_tokens.expires_at',
    ])
    .where('user_tokens.revoked_at', 'is', null)
    .where('user_tokens.expires_at', '>', isoTime(clock));
}

type ListedRow = Selectable<Tables['end_users']> &
  Pick<
    Selectable<UserTokensTable>,
    'connectors' | 'connections' | 'agent' | 'metadata' | 'created_by' | 'expires_at'
  > & {
    readonly token_id: string;
    readonly made_at: string;
  };

function readUserToken(row: ListedRow): UserToken {
  return {
    id: row.token_id,
    endUser: readEndUser(row),
    connectors: readConnectors(row.connectors),
    connections: readTextList(row.connections),
    agent: row.agent,
    metadata: readMetadata(row.metadata),
    createdBy: row.created_by,
    createdAt: row.made_at,
    expiresAt: row.expires_at,
  };
}

/** The connectors a token is for, as stored; `undefined`: all. */
export function readConnectors(json: string | null): readonly string[] | undefined {
  return json === null ? undefined : readTextList(json);
}

function readMetadata(json: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(readJsonObject(json)).map(([name, value]) => [name, String(value)]));
}
