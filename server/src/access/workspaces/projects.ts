import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { pageStart } from '../../events/page-start.ts';
import { isoTime } from '../../lib/clock.ts';
import type { Page } from '../../lib/cursor.ts';
import { isUuid, newId } from '../../lib/ids.ts';
import type { WorkspaceDb, WorkspaceRows } from '../../storage/storage.ts';
import type { Acting, PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import '../tables.ts';
import { slugFor } from './slug.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'project.created': { readonly name: string; readonly slug: string };
  }
}

/** A folder of agent endpoints. */
export interface Project {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
}

const columns = ['id', 'slug', 'name', 'created_at as createdAt'] as const;

/** Makes a project. Throws CONFLICT where the slug is taken. */
export async function createProject(
  { caller, db, clock }: Acting,
  wish: { readonly name: string; readonly slug?: string | undefined },
): Promise<Project> {
  const project = { id: newId(clock.now()), slug: slugFor(wish), name: wish.name, createdAt: isoTime(clock) };
  const { id, slug, name, createdAt } = project;
  await db.transact(async (trx) => {
    const made = await trx.rows
      .insertInto('projects')
      .values({ id, slug, name, created_at: createdAt })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'slug']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made === undefined)
      throw new Failure('CONFLICT', `There is already a project with the slug ${slug}. Choose another.`);
    await appendEvent(trx, clock, {
      type: 'project.created',
      actor: actorOf(caller),
      subject: `project:${id}`,
      data: { name, slug },
    });
  });
  return project;
}

/** The projects of the workspace, newest first. */
export async function listProjects(db: WorkspaceDb, page: PageQuery): Promise<Page<Project>> {
  const { at, id } = pageStart(page.cursor);
  const rows = await db.rows
    .selectFrom('projects')
    .select(columns)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '<', tuple(at, id)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return pageBy(rows, page.limit, (project) => project.createdAt);
}

/** The project with this id or slug, or `undefined` (RULINGS, Everywhere 12). */
export function findProject(rows: WorkspaceRows, idOrSlug: string): Promise<Project | undefined> {
  const column = isUuid(idOrSlug) ? 'id' : 'slug';
  return rows.rows.selectFrom('projects').select(columns).where(column, '=', idOrSlug.toLowerCase()).executeTakeFirst();
}
