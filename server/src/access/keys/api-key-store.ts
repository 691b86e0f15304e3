import { pageStart } from '../../events/page-start.ts';
import type { Page } from '../../lib/cursor.ts';
import { readTextList } from '../../lib/json.ts';
import type { WorkspaceDb, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import { keyKinds, roles, scopes } from '../caller.ts';
import type { KeyKind, Role, Scope } from '../caller.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    api_keys: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      user_id: Fixed<string>;
      prefix: Fixed<string>;
      /** SHA-256 of the key, in hex. */
      hash: Fixed<string>;
      name: Fixed<string>;
      role: Fixed<string>;
      scopes: Fixed<string>;
      kind: Fixed<string>;
      lineage: Fixed<string>;
      created_by: Fixed<string>;
      created_at: Fixed<string>;
      expires_at: Fixed<string | null>;
      last_used_at: string | null;
      revoked_at: string | null;
    };
  }
}

/** An API key as it may be shown: never the key, never its hash. */
export interface ApiKey {
  readonly id: string;
  readonly userId: string;
  readonly prefix: string;
  readonly name: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly kind: KeyKind;
  /** The principals it descends from, oldest first, itself included. */
  readonly lineage: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface KeyRow {
  readonly id: string;
  readonly user_id: string;
  readonly prefix: string;
  readonly name: string;
  readonly role: string;
  readonly scopes: string;
  readonly kind: string;
  readonly lineage: string;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** The columns a key is read by: all but its workspace and its hash. */
export const keyColumns = [
  'id',
  'user_id',
  'prefix',
  'name',
  'role',
  'scopes',
  'kind',
  'lineage',
  'created_by',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
] as const;

/** Writes a key's row. The plain key is never stored. */
export async function insertKey(trx: WorkspaceTrx, key: ApiKey, hash: string): Promise<void> {
  await trx.rows
    .insertInto('api_keys')
    .values({
      id: key.id,
      user_id: key.userId,
      prefix: key.prefix,
      hash,
      name: key.name,
      role: key.role,
      scopes: JSON.stringify(key.scopes),
      kind: key.kind,
      lineage: JSON.stringify(key.lineage),
      created_by: key.createdBy,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      last_used_at: null,
      revoked_at: null,
    })
    .execute();
}

/** One key of the workspace, revoked ones included. */
export async function findKey(rows: WorkspaceRows, id: string): Promise<ApiKey | undefined> {
  const row = await rows.rows.selectFrom('api_keys').select(keyColumns).where('id', '=', id).executeTakeFirst();
  return row && keyOf(row);
}

/** The keys that are not revoked, newest first; of one person where named. */
export async function pageOfKeys(
  db: WorkspaceDb,
  page: PageQuery & { readonly userId?: string | undefined },
): Promise<Page<ApiKey>> {
  const { at, id } = pageStart(page.cursor);
  let query = db.rows.selectFrom('api_keys').select(keyColumns).where('revoked_at', 'is', null);
  if (page.userId !== undefined) query = query.where('user_id', '=', page.userId);
  const rows = await query
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(at, id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows.map(keyOf), page.limit, (key) => key.createdAt);
}

/** Ends a key. False where there is none or it had ended already. */
export async function endKey(trx: WorkspaceTrx, id: string, at: string): Promise<boolean> {
  const { numUpdatedRows } = await trx.rows
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends all keys that act for a person in this workspace. */
export async function endKeysOf(trx: WorkspaceTrx, userId: string, at: string): Promise<void> {
  await trx.rows
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** A row as a key. Unknown roles, kinds and scopes of another version count as the least. */
export function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    userId: row.user_id,
    prefix: row.prefix,
    name: row.name,
    role: roleOf(row.role),
    scopes: scopesOf(row.scopes),
    kind: keyKinds.find((kind) => kind === row.kind) ?? 'agent',
    lineage: readTextList(row.lineage),
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}

/** The role a text names; VIEWER where it names none. */
export function roleOf(text: string): Role {
  return roles.find((role) => role === text) ?? 'VIEWER';
}

function scopesOf(json: string): readonly Scope[] {
  const held = new Set(readTextList(json));
  return scopes.filter((scope) => held.has(scope));
}
