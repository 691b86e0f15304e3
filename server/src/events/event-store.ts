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
  const rows = await select(db)
    .where(({ and }) => and(given({ type, subject, actor })))
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows.map(shown), query.limit);
}

/** The events that a segment of the audit chain sealed, in no order. */
export async function eventsOfSegment(db: WorkspaceRows, segment: number): Promise<readonly StoredEvent[]> {
  return (await select(db).where('segment', '=', segment).execute()).map(shown);
}

/** Events that are not sealed yet, by id, after this one. */
export async function unsealedEvents(db: WorkspaceRows, id: string, limit: number): Promise<readonly StoredEvent[]> {
  const rows = select(db).where('segment', 'is', null).where('id', '>', id).orderBy('id').limit(limit);
  return (await rows.execute()).map(shown);
}

function select({ rows }: WorkspaceRows) {
  return rows.selectFrom('events').select(['id', 'at', 'type', 'actor', 'user_id as userId', 'subject', 'data']);
}

function shown({ data, ...event }: Omit<StoredEvent, 'data'> & { readonly data: string }): StoredEvent {
  return { ...event, data: parseJson(data) };
}
