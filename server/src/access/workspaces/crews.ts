import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { pageStart } from '../../events/page-start.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Page } from '../../lib/cursor.ts';
import { isUuid, newId } from '../../lib/ids.ts';
import type { WorkspaceDb, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { isForeignKeyViolation } from '../../storage/violations.ts';
import type { Acting, PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import { requireAuthority } from '../acting.ts';
import { bumpGeneration } from '../generations.ts';
import { isoMoment } from '../tables.ts';
import { insertCrewMember } from './people/person-store.ts';
import type { Person } from './people/person-store.ts';
import { slugFor } from './slug.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'crew.created': { readonly name: string; readonly slug: string };
    'crew.deleted': { readonly name: string };
    'crew.member_added': { readonly user_id: string };
    'crew.member_removed': { readonly user_id: string };
  }
}

/** A team in a workspace. */
export interface Crew {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
}

/** Makes an empty crew. Throws CONFLICT where the slug is taken. */
export async function createCrew(
  { caller, db, clock }: Acting,
  wish: { readonly name: string; readonly slug?: string | undefined },
): Promise<Crew> {
  const crew = { id: newId(clock.now()), slug: slugFor(wish), name: wish.name, createdAt: isoTime(clock) };
  const { id, slug, name, createdAt } = crew;
  await db.transact(async (trx) => {
    const made = await trx.rows
      .insertInto('crews')
      .values({ id, slug, name, created_at: createdAt })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'slug']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made === undefined)
      throw new Failure('CONFLICT', `There is already a crew with the slug ${slug}. Choose another.`);
    await appendEvent(trx, clock, {
      type: 'crew.created',
      actor: actorOf(caller),
      subject: `crew:${id}`,
      data: { name, slug },
    });
  });
  return crew;
}

/** The crews of the workspace, newest first. */
export async function listCrews(db: WorkspaceDb, page: PageQuery): Promise<Page<Crew>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await db.rows
    .selectFrom('crews')
    .select(['id', 'slug', 'name', 'created_at'])
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(at, id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows.map(crewOf), page.limit, (crew) => crew.createdAt);
}

/** The crew with this id or slug, or `undefined` (RULINGS, Everywhere 12). */
export async function findCrew(rows: WorkspaceRows, idOrSlug: string): Promise<Crew | undefined> {
  const row = await rows.rows
    .selectFrom('crews')
    .select(['id', 'slug', 'name', 'created_at'])
    .where(isUuid(idOrSlug) ? 'id' : 'slug', '=', idOrSlug.toLowerCase())
    .executeTakeFirst();
  return row && crewOf(row);
}

/** Deletes a crew that has no connections left. Throws NOT_FOUND, or CONFLICT for the default crew and one still in use. */
export async function deleteCrew({ caller, db, clock }: Acting, idOrSlug: string): Promise<void> {
  try {
    await db.transact(async (trx) => {
      await bumpGeneration(trx);
      const { id, slug, name } = await crewNamed(trx, idOrSlug);
      if (slug === 'default') throw new Failure('CONFLICT', 'The default crew stays: remove its members instead.');
      await trx.rows.deleteFrom('crews').where('id', '=', id).execute();
      await appendEvent(trx, clock, {
        type: 'crew.deleted',
        actor: actorOf(caller),
        subject: `crew:${id}`,
        data: { name },
      });
    });
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause;
    throw new Failure('CONFLICT', 'This crew still has connections. Move or revoke them first.', { cause });
  }
}

/** The people in a crew, by name. Throws NOT_FOUND. */
export async function listCrewMembers(db: WorkspaceDb, idOrSlug: string): Promise<readonly Person[]> {
  const { id } = await crewNamed(db, idOrSlug);
  return db.rows
    .selectFrom('crew_members')
    .innerJoin('people', 'people.id', 'crew_members.user_id')
    .select(['people.id', 'people.name', 'people.email'])
    .where('crew_members.crew_id', '=', id)
    .orderBy('people.name')
    .orderBy('people.id')
    .limit(1_000)
    .execute();
}

/** Puts a member of the workspace into a crew; nothing happens where they are in it. Throws NOT_FOUND. */
export async function addCrewMember(
  { caller, db, clock }: Acting,
  wish: { readonly crew: string; readonly userId: string },
): Promise<void> {
  requireAuthority(caller);
  const { userId } = wish;
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const crew = await crewNamed(trx, wish.crew);
    const member = await trx.rows.selectFrom('members').select('id').where('user_id', '=', userId).executeTakeFirst();
    if (member === undefined)
      throw new Failure('NOT_FOUND', 'There is no such member in this workspace. Invite them first.');
    if (!(await insertCrewMember(trx, clock, { crewId: crew.id, userId }))) return;
    const data = { user_id: userId };
    await appendEvent(trx, clock, {
      type: 'crew.member_added',
      actor: actorOf(caller),
      subject: `crew:${crew.id}`,
      data,
    });
  });
}

/** Takes somebody out of a crew. Throws NOT_FOUND where they are not in it. */
export async function removeCrewMember(
  { caller, db, clock }: Acting,
  wish: { readonly crew: string; readonly userId: string },
): Promise<void> {
  requireAuthority(caller);
  const { userId } = wish;
  await db.transact(async (trx) => {
    await bumpGeneration(trx);
    const crew = await crewNamed(trx, wish.crew);
    const { numDeletedRows } = await trx.rows
      .deleteFrom('crew_members')
      .where('crew_id', '=', crew.id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new Failure('NOT_FOUND', 'This person is not in the crew.');
    const data = { user_id: userId };
    await appendEvent(trx, clock, {
      type: 'crew.member_removed',
      actor: actorOf(caller),
      subject: `crew:${crew.id}`,
      data,
    });
  });
}

async function crewNamed(rows: WorkspaceRows | WorkspaceTrx, idOrSlug: string): Promise<Crew> {
  const crew = await findCrew(rows, idOrSlug);
  if (crew === undefined) throw new Failure('NOT_FOUND', 'There is no such crew in this workspace.');
  return crew;
}

function crewOf(row: { id: string; slug: string; name: string; created_at: Date | string }): Crew {
  return { id: row.id, slug: row.slug, name: row.name, createdAt: isoMoment(row.created_at) };
}
