import type { NotNull } from 'kysely';
import type { Storage, WorkspaceRows } from '../../storage/storage.ts';
import '../append-event.ts';

/** An event that was given its place, as it is kept. */
export interface PlacedEvent {
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly at: string;
  readonly actor: string;
  readonly userId: string | null;
  readonly subject: string;
  /** JSON. */
  readonly data: string;
  readonly place: number;
}

/** Which events are to be told. */
export interface PlacedWish {
  readonly after: number;
  readonly upTo: number;
  readonly types: readonly string[];
  readonly limit: number;
}

/** Events of these types, of every workspace, by their places. */
export async function listPlaced({ rows }: Storage, wish: PlacedWish): Promise<readonly PlacedEvent[]> {
  if (wish.types.length === 0) return [];
  return rows
    .selectFrom('events')
    .select(columns)
    .where('place', '>', wish.after)
    .where('place', '<=', wish.upTo)
    .where('type', 'in', wish.types)
    .orderBy('place')
    .limit(wish.limit)
    .$narrowType<{ place: NotNull }>()
    .execute();
}

/** One event, or `undefined` where it is gone. */
export async function findPlaced({ rows }: WorkspaceRows, id: string): Promise<PlacedEvent | undefined> {
  const event = rows.selectFrom('events').select(columns).where('id', '=', id).where('place', 'is not', null);
  return event.$narrowType<{ place: NotNull }>().executeTakeFirst();
}

const columns = [
  'id',
  'workspace_id as workspaceId',
  'type',
  'at',
  'actor',
  'user_id as userId',
  'subject',
  'data',
  'place',
] as const;
