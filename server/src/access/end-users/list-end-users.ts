import { type Expression, sql } from 'kysely';
import { pageStart } from '../../events/page-start.ts';
import type { Page } from '../../lib/cursor.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import type { PageQuery } from '../acting.ts';
import { pageBy } from '../page-by.ts';
import { type EndUser, readEndUser } from './end-user-store.ts';

/** Which end users to list: all, or those whose id, name or e-mail address begins like this, whatever the case of its letters a to z. */
export interface EndUserQuery extends PageQuery {
  readonly q?: string | undefined;
}

/** The end users of a workspace, newest first; of those a search finds, the first thousand by each of what it looks at. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listEndUsers(db: WorkspaceRows, { limit, cursor, q }: EndUserQuery): Promise<Page<EndUser>> {
  const { id } = pageStart(cursor);
  const found = q === undefined ? undefined : await search(db, foldLetters(q));
  if (found?.length === 0) return { items: [], nextCursor: null };
  const rows = await db.rows
    .selectFrom('end_users')
    .selectAll()
    .where('erased_at', 'is', null)
    .where('id', '<', id)
    .$if(found !== undefined, (query) => query.where('id', 'in', [...(found ?? [])]))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageBy(rows.map(readEndUser), limit, ({ createdAt }) => createdAt);
}

const mostFound = 1000;

async function search(db: WorkspaceRows, start: string): Promise<readonly string[]> {
  const byColumn = searched.map((column) => {
    const folded: Expression<string> = sql<string>`lower(${sql.ref(column)})`;
    return db.rows
      .selectFrom('end_users')
      .select('id')
      .where('erased_at', 'is', null)
      .where(folded, '>=', start)
      .where(folded, '<', `${start}${last}`)
      .orderBy(folded)
      .orderBy('id')
      .limit(mostFound)
      .execute();
  });
  const found = (await Promise.all(byColumn)).flat();
  return [...new Set(found.map((row) => row.id))];
}

const searched = ['external_id', 'name', 'email'] as const;
/** Above every other character, as UTF-8 is ordered. */
const last = '\u{10FFFF}';

/** As both engines fold letters that are compared as bytes. */
function foldLetters(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
