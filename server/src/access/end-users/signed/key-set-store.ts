import type { Selectable, Updateable } from 'kysely';
import { z } from 'zod';
import { pageStart } from '../../../events/page-start.ts';
import type { Page } from '../../../lib/cursor.ts';
import { parseJson, readTextList } from '../../../lib/json.ts';
import type { Tables } from '../../../storage/schema.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../../storage/storage.ts';
import type { PageQuery } from '../../acting.ts';
import { pageBy } from '../../page-by.ts';
import '../../tables.ts';
import { type SigningKey, signingKey } from './signing-keys.ts';

declare module '../../../storage/schema.ts' {
  interface Tables {
    key_sets: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      name: string;
      /** JSON: the public keys. */
      keys: string;
      /** JSON: ids of connections of the workspace that its tokens may name. */
      connections: string;
      /** JSON: the principals of whoever registered it, oldest first (S3). */
      lineage: Fixed<string>;
      created_by: Erasable<string>;
      created_at: Fixed<string>;
      updated_at: string;
      revoked_at: string | null;
    };
  }
}

/** The keys that a token names, of whichever workspace, and the workspace's generation when they were read. */
export interface IssuerKeys {
  readonly workspaceId: string;
  readonly workspaceSlug: string;
  readonly generation: number;
  readonly keys: readonly SigningKey[];
  readonly connections: ReadonlySet<string>;
  /** The principals of whoever registered it, oldest first (S3). */
  readonly lineage: readonly string[];
}

/** The key set with this id, unless it was revoked. Keys and generation come from one statement: never newer than what they are kept under. */
export async function readIssuerKeys(storage: Pick<Storage, 'rows'>, id: string): Promise<IssuerKeys | undefined> {
  const row = await storage.rows
    .selectFrom('key_sets')
    .innerJoin('workspaces', 'workspaces.id', 'key_sets.workspace_id')
    .innerJoin('workspace_state', 'workspace_state.workspace_id', 'key_sets.workspace_id')
    .select(['key_sets.workspace_id', 'key_sets.keys', 'key_sets.connections', 'key_sets.lineage'])
    .select(['workspaces.slug', 'workspace_state.generation'])
    .where('key_sets.id', '=', id)
    .where('key_sets.revoked_at', 'is', null)
    .executeTakeFirst();
  return (
    row && {
      workspaceId: row.workspace_id,
      workspaceSlug: row.slug,
      generation: row.generation,
      keys: readKeys(row.keys),
      connections: new Set(readTextList(row.connections)),
      lineage: readTextList(row.lineage),
    }
  );
}

/** The keys of a stored set. */
export function readKeys(json: string): readonly SigningKey[] {
  return z.array(signingKey).parse(parseJson(json));
}

/** The public keys that a workspace registered for what its app signs. Its id is the issuer (`iss`). */
export interface KeySet {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly SigningKey[];
  /** Ids of connections of the workspace that tokens may name at most. */
  readonly connections: readonly string[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export async function insertKeySet(trx: WorkspaceTrx, set: KeySet, lineage: readonly string[]): Promise<void> {
  await trx.rows
    .insertInto('key_sets')
    .values({
      id: set.id,
      name: set.name,
      keys: JSON.stringify(set.keys),
      connections: JSON.stringify(set.connections),
      lineage: JSON.stringify(lineage),
      created_by: set.createdBy,
      created_at: set.createdAt,
      updated_at: set.updatedAt,
      revoked_at: null,
    })
    .execute();
}

/** A key set of the workspace that was not revoked, or `undefined`. */
export async function findKeySet(db: WorkspaceRows, id: string): Promise<KeySet | undefined> {
  const row = await db.rows
    .selectFrom('key_sets')
    .selectAll()
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && readKeySet(row);
}

/** The key sets that were not revoked, newest first. */
export async function pageOfKeySets(db: WorkspaceRows, page: PageQuery): Promise<Page<KeySet>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await db.rows
    .selectFrom('key_sets')
    .selectAll()
    .where('revoked_at', 'is', null)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(at, id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows.map(readKeySet), page.limit, (set) => set.createdAt);
}

/** How many key sets of the workspace were not revoked. */
export async function countKeySets(db: WorkspaceRows): Promise<number> {
  const { count } = await db.rows
    .selectFrom('key_sets')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What is to be said anew of a key set; what is left out stays. */
export interface KeySetChange extends Pick<KeySet, 'id' | 'updatedAt'> {
  readonly name?: string | undefined;
  readonly keys?: readonly SigningKey[] | undefined;
  readonly connections?: readonly string[] | undefined;
}

/** Replaces what is given of a key set. False where there is none or it was revoked. */
export async function changeKeySet(
  trx: WorkspaceTrx,
  { id, updatedAt, name, keys, connections }: KeySetChange,
): Promise<boolean> {
  return setIn(trx, id, {
    updated_at: updatedAt,
    ...(name !== undefined && { name }),
    ...(keys && { keys: JSON.stringify(keys) }),
    ...(connections && { connections: JSON.stringify(connections) }),
  });
}

/** Ends a key set. False where there is none or it had ended already. */
export function endKeySet(trx: WorkspaceTrx, id: string, at: string): Promise<boolean> {
  return setIn(trx, id, { revoked_at: at });
}

async function setIn(trx: WorkspaceTrx, id: string, values: Updateable<Tables['key_sets']>): Promise<boolean> {
  const result = await trx.rows
    .updateTable('key_sets')
    .set(values)
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function readKeySet(row: Selectable<Tables['key_sets']>): KeySet {
  return {
    id: row.id,
    name: row.name,
    keys: readKeys(row.keys),
    connections: readTextList(row.connections),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
