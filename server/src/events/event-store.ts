import { given, type Page, pageOf, type Position } from '../lib/cursor.ts';
import { parseJson } from '../lib/json.ts';
import type { WorkspaceRows } from '../storage/storage.ts';
import { pageStart } from './page-start.ts';

/** A change on record. */
export interface StoredEvent extends Position {
  readonly type: string;
  readonly actor: string;
  readonly userId: string | null;
  readonly subject: string;
  readonly data: unknown;
}

/** Which events to list; what is left out does not narrow. */
export interface EventQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
}

/** The events of a workspace, newest first: their ids say when. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listEvents(db: WorkspaceRows, query: EventQuery): Promise<Page<StoredEvent>> {
  const { id } = pageStart(query.cursor);
  const { type, subject, actor } = query;
  const rows = await db.rows
    .selectFrom('events')
    .select(['id', 'at', 'type', 'actor', 'user_id as userId', 'subject', 'data'])
    .where(({ and }) => and(given({ type, subject, actor })))
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows.map(shown), query.limit);
}

function shown({ data, ...event }: Omit<StoredEvent, 'data'> & { readonly data: string }): StoredEvent {
  return { ...event, data: parseJson(data) };
}
