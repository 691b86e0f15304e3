import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Identity } from '../access.ts';
import type { Caller } from '../caller.ts';
import type { Generations } from '../generations.ts';
import { createKnownCredentials, type KnownCredential, type KnownCredentials } from './known-credentials.ts';
import { keyColumns, keyOf, roleOf } from './api-key-store.ts';
import type { ApiKey } from './api-key-store.ts';
import { lesser } from './decide-mint.ts';

/** Verified keys in memory. One is unknown, too, where it was revoked or its person is no longer a member. */
export function createKnownKeys(storage: Storage, generations: Generations, clock: Clock): KnownCredentials {
  return createKnownCredentials({ generations, clock, load: ({ hash }) => readKey(storage, { hash }) });
}

/** The key with this hash or id, unless it was revoked or its person left. Key, role and generation come from one statement: never newer than what they are kept under. */
export async function readKey(
  storage: Storage,
  wanted: { readonly hash: string } | { readonly id: string },
): Promise<KnownCredential | undefined> {
  const [column, value] =
    'hash' in wanted ? (['api_keys.hash', wanted.hash] as const) : (['api_keys.id', wanted.id] as const);
  const row = await storage.rows
    .selectFrom('api_keys')
    .innerJoin('members', (join) =>
      join
        .onRef('members.workspace_id', '=', 'api_keys.workspace_id')
        .onRef('members.user_id', '=', 'api_keys.user_id'),
    )
    .innerJoin('workspaces', 'workspaces.id', 'api_keys.workspace_id')
    .innerJoin('workspace_state', 'workspace_state.workspace_id', 'api_keys.workspace_id')
    .select(keyColumns.map((column) => `api_keys.${column}` as const))
    .select(['api_keys.workspace_id', 'members.role as member_role', 'workspaces.slug', 'workspace_state.generation'])
    .where(column, '=', value)
    .where('api_keys.revoked_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const key = keyOf(row);
  const facts = await readInstance(storage);
  const caller: Caller = {
    via: 'key',
    principal: `key:${key.id}`,
    userId: key.userId,
    workspaceId: row.workspace_id,
    role: lesser(roleOf(row.member_role), key.role),
    scopes: new Set(key.scopes),
    crews: await crewsOf(storage, { workspaceId: row.workspace_id, userId: key.userId }),
    ...standing(key, facts),
  };
  const expiresAt = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt);
  const identity: Identity = { via: 'key', principal: caller.principal, userId: caller.userId, ambient: false };
  return { identity, caller, workspaceSlug: row.slug, expiresAt, generation: row.generation };
}

function standing(key: ApiKey, instance: Instance): Pick<Caller, 'operator' | 'key'> {
  const first = instance.firstKeyId === key.id;
  return {
    operator: first && instance.operatorId === key.userId,
    key: { id: key.id, kind: key.kind, lineage: key.lineage, first },
  };
}

export interface Instance {
  readonly operatorId: string | undefined;
  readonly firstKeyId: string | undefined;
}

/** Who operates the instance, and with which key at first (S22). */
export async function readInstance(storage: Pick<Storage, 'rows'>): Promise<Instance> {
  const rows = await storage.rows.selectFrom('instance').select(['name', 'value']).execute();
  const facts = new Map(rows.map((row) => [row.name, row.value]));
  return { operatorId: facts.get('operator_user_id'), firstKeyId: facts.get('first_key_id') };
}

/** The ids of the crews a person is in, within one workspace. */
export async function crewsOf(
  storage: Storage,
  member: { workspaceId: string; userId: string },
): Promise<ReadonlySet<string>> {
  const rows = await storage.rows
    .selectFrom('crew_members')
    .innerJoin('crews', 'crews.id', 'crew_members.crew_id')
    .select('crews.id')
    .where('crews.workspace_id', '=', member.workspaceId)
    .where('crew_members.user_id', '=', member.userId)
    .execute();
  return new Set(rows.map((row) => row.id));
}
