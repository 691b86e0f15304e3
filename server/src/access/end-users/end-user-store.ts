import type { Selectable } from 'kysely';
import { Failure } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { isoTime } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Tables } from '../../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    /** The people of an app. A row stays for ever; who was erased has a pseudonym in the place of the app's id. */
    end_users: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      external_id: string;
      name: string | null;
      email: string | null;
      created_at: Fixed<string>;
      updated_at: string;
      erased_at: string | null;
    };
  }
}

/** Somebody of an app: no member of the workspace, known to the app by an id of its own. */
export interface EndUser {
  readonly id: string;
  /** As the app calls them, e.g. `u_1`; unique in the workspace. */
  readonly externalId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An end user as an app names them: what is left out stays as it is. */
export interface NamedEndUser {
  readonly id: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
}

/** The end user that the app calls so; `undefined` where it has named none, or they were erased. */
export async function findEndUser(db: WorkspaceRows, externalId: string): Promise<EndUser | undefined> {
  const found = db.rows.selectFrom('end_users').selectAll().where('external_id', '=', externalId);
  const row = await found.where('erased_at', 'is', null).executeTakeFirst();
  return row && readEndUser(row);
}

/** End users by their row's id, erased ones left out; one that does not exist is absent. */
export async function findEndUsers(db: WorkspaceRows, ids: readonly string[]): Promise<ReadonlyMap<string, EndUser>> {
  if (ids.length === 0) return new Map();
  const rows = await db.rows
    .selectFrom('end_users')
    .selectAll()
    .where('id', 'in', [...ids])
    .where('erased_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, readEndUser(row)]));
}

/** The end user that is named so, made where there is none yet, with the name and address that are given. */
export async function keepEndUser(trx: WorkspaceTrx, clock: Clock, named: NamedEndUser): Promise<EndUser> {
  const [endUser] = await keepEndUsers(trx, clock, [named]);
  if (endUser) return endUser;
  throw new Error('An end user who was just written is not there.');
}

/** The same for several at once, in the order they were named. Throws BAD_REQUEST for the pseudonym of somebody who was erased. */
export async function keepEndUsers(
  trx: WorkspaceTrx,
  clock: Clock,
  named: readonly NamedEndUser[],
): Promise<readonly EndUser[]> {
  const byId = sayingAll(named);
  const known = await findByExternal(trx, [...byId.keys()]);
  const changed = [...byId.values()].filter((each) => differs(known.get(each.id), each));
  if (changed.length === 0) return named.flatMap(({ id }) => known.get(id) ?? []);
  const now = isoTime(clock);
  await trx.rows
    .insertInto('end_users')
    .values(changed.map((each) => rowOf(each, { known: known.get(each.id), now, at: clock.now() })))
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'external_id']).doUpdateSet((eb) => ({
        name: eb.fn.coalesce('excluded.name', 'end_users.name'),
        email: eb.fn.coalesce('excluded.email', 'end_users.email'),
        updated_at: now,
      })),
    )
    .execute();
  const written = await findByExternal(trx, [...byId.keys()]);
  return named.flatMap(({ id }) => written.get(id) ?? []);
}

/** Each once, with everything that was said of them: what is left out by one takes nothing away from another. */
function sayingAll(named: readonly NamedEndUser[]): ReadonlyMap<string, NamedEndUser> {
  const byId = new Map<string, NamedEndUser>();
  for (const { id, name, email } of named) {
    const before = byId.get(id);
    byId.set(id, { id, name: name ?? before?.name, email: email ?? before?.email });
  }
  return byId;
}

function differs(known: EndUser | undefined, { name, email }: NamedEndUser): boolean {
  if (known === undefined) return true;
  return (name !== undefined && name !== known.name) || (email !== undefined && email !== known.email);
}

interface Writing {
  readonly known: EndUser | undefined;
  readonly now: string;
  readonly at: number;
}

function rowOf({ id, name, email }: NamedEndUser, { known, now, at }: Writing) {
  return {
    id: known?.id ?? newId(at),
    external_id: id,
    name: name ?? null,
    email: email ?? null,
    created_at: known?.createdAt ?? now,
    updated_at: now,
    erased_at: null,
  };
}

async function findByExternal(db: WorkspaceRows, ids: readonly string[]): Promise<ReadonlyMap<string, EndUser>> {
  const rows = await db.rows
    .selectFrom('end_users')
    .selectAll()
    .where('external_id', 'in', [...ids])
    .execute();
  if (rows.some(({ erased_at: at }) => at !== null)) throw new Failure('BAD_REQUEST', ofSomebodyErased);
  return new Map(rows.map((row) => [row.external_id, readEndUser(row)]));
}

const ofSomebodyErased = 'This id is the pseudonym of somebody who was erased. Call the end user otherwise.';

/** A row as the rest of us knows it. */
export function readEndUser(row: Selectable<Tables['end_users']>): EndUser {
  return {
    id: row.id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
