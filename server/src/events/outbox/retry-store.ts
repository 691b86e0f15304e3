import { type Page, pageOf, type Position } from '../../lib/cursor.ts';
import type { Storage, WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import { pageStart } from '../page-start.ts';
import '../append-event.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    outbox_retries: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      listener: Fixed<string>;
      event_id: Fixed<string>;
      place: Fixed<number>;
      /** 0 for one that waits behind an earlier one of its subject. */
      attempts: number;
      /** Milliseconds since the epoch. */
      run_at: number;
      last_error: string | null;
      /** When it was given up (RFC 3339): it is told again when somebody asks for that. */
      set_aside_at: string | null;
      created_at: Fixed<string>;
    };
  }
}

/** An event that a listener has heard of in vain, or that waits behind one. */
export interface Retry {
  readonly id: string;
  readonly workspaceId: string;
  readonly eventId: string;
  readonly attempts: number;
}

/** What is due of a listener: of each subject the first that is not set aside, the longest due first. */
export function listDueRetries(
  { rows }: Pick<Storage, 'rows'>,
  { listener, now, limit }: { readonly listener: string; readonly now: number; readonly limit: number },
): Promise<readonly Retry[]> {
  return rows
    .selectFrom('outbox_retries as retry')
    .innerJoin('events as event', (join) =>
      join.onRef('event.workspace_id', '=', 'retry.workspace_id').onRef('event.id', '=', 'retry.event_id'),
    )
    .select(['retry.id', 'retry.workspace_id as workspaceId', 'retry.event_id as eventId', 'retry.attempts'])
    .where('retry.listener', '=', listener)
    .where('retry.run_at', '<=', now)
    .where('retry.set_aside_at', 'is', null)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom('outbox_retries as earlier')
            .innerJoin('events as before', (join) =>
              join
                .onRef('before.workspace_id', '=', 'earlier.workspace_id')
                .onRef('before.id', '=', 'earlier.event_id'),
            )
            .select('earlier.id')
            .whereRef('earlier.workspace_id', '=', 'retry.workspace_id')
            .where('earlier.listener', '=', listener)
            .where('earlier.set_aside_at', 'is', null)
            .whereRef('before.subject', '=', 'event.subject')
            .whereRef('earlier.place', '<', 'retry.place'),
        ),
      ),
    )
    .orderBy('retry.run_at')
    .orderBy('retry.place')
    .limit(limit)
    .execute();
}

/** Whether an event of this subject is still to be told to the listener. */
export async function isHeldUp(db: WorkspaceRows, listener: string, subject: string): Promise<boolean> {
  const row = await db.rows
    .selectFrom('outbox_retries')
    .innerJoin('events', (join) => join.onRef('events.id', '=', 'outbox_retries.event_id'))
    .select('outbox_retries.id')
    .where('outbox_retries.listener', '=', listener)
    .where('outbox_retries.set_aside_at', 'is', null)
    .where('events.subject', '=', subject)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** An event that is to be told again. */
export interface NewRetry {
  readonly id: string;
  readonly listener: string;
  readonly event_id: string;
  readonly place: number;
  readonly attempts: number;
  readonly run_at: number;
  readonly last_error: string | null;
  readonly created_at: string;
}

/** Nothing changes where it is there already. */
export async function putRetry(trx: WorkspaceTrx, retry: NewRetry): Promise<void> {
  await trx.rows
    .insertInto('outbox_retries')
    .values({ ...retry, set_aside_at: null })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'listener', 'event_id']).doNothing())
    .execute();
}

/** What became of telling it again. */
export type RetryChange =
  | { readonly attempts: number; readonly run_at: number; readonly last_error: string }
  | { readonly attempts: number; readonly set_aside_at: string; readonly last_error: string };

export async function changeRetry(trx: WorkspaceTrx, id: string, change: RetryChange): Promise<void> {
  await trx.rows.updateTable('outbox_retries').set(change).where('id', '=', id).execute();
}

export async function deleteRetry(trx: WorkspaceTrx, id: string): Promise<void> {
  await trx.rows.deleteFrom('outbox_retries').where('id', '=', id).execute();
}

/** An event that a listener was given up on. */
export interface SetAside extends Position {
  readonly listener: string;
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** What was set aside in a workspace, the newest first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listSetAside(
  db: WorkspaceRows,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<SetAside>> {
  const { id } = pageStart(query.cursor);
  const rows = await selectSetAside(db)
    .where('outbox_retries.id', '<', id)
    .orderBy('outbox_retries.id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows.map(shown), query.limit);
}

/** One that was set aside, or `undefined`. */
export async function findSetAside(db: WorkspaceRows, id: string): Promise<SetAside | undefined> {
  const row = await selectSetAside(db).where('outbox_retries.id', '=', id).executeTakeFirst();
  return row && shown(row);
}

/** Has one that was set aside told again; false where it is not set aside any more. */
export async function tellAgain(trx: WorkspaceTrx, id: string, now: number): Promise<boolean> {
  const changed = await trx.rows
    .updateTable('outbox_retries')
    .set({ set_aside_at: null, attempts: 0, run_at: now })
    .where('id', '=', id)
    .where('set_aside_at', 'is not', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

function selectSetAside({ rows }: WorkspaceRows) {
  return rows
    .selectFrom('outbox_retries')
    .innerJoin('events', (join) => join.onRef('events.id', '=', 'outbox_retries.event_id'))
    .select([
      'outbox_retries.id',
      'outbox_retries.set_aside_at as setAsideAt',
      'outbox_retries.listener',
      'outbox_retries.event_id as eventId',
      'events.type',
      'events.subject',
      'outbox_retries.attempts',
      'outbox_retries.last_error as lastError',
    ])
    .where('outbox_retries.set_aside_at', 'is not', null);
}

function shown({ setAsideAt, ...row }: Omit<SetAside, 'at'> & { readonly setAsideAt: string | null }): SetAside {
  return { ...row, at: setAsideAt ?? '' };
}
