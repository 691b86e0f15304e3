import type { WorkspaceRows } from '../../storage/storage.ts';
import type { ChainedLog, ChainedRow } from './chained-log.ts';
import '../append-event.ts';

/** The log of changes as the chain sees it. An event never changes, so every one may be sealed. */
export const eventChain: ChainedLog = {
  name: 'events',
  naming: { actor: 'within', user_id: 'somebody', subject: 'within', data: 'within' },

  async unsealed(db, { limit }) {
    const rows = await select(db).where('segment', 'is', null).orderBy('id').limit(limit).execute();
    return rows.map(chained);
  },

  async mark({ rows }, events, segment) {
    const ids = events.map(({ id }) => id);
    const marked = rows.updateTable('events').set({ segment }).where('id', 'in', ids).where('segment', 'is', null);
    return Number((await marked.executeTakeFirst()).numUpdatedRows);
  },

  async ofSegment(db, segment) {
    return (await select(db).where('segment', '=', segment).execute()).map(chained);
  },

  async segmentsOf({ rows }, ids) {
    const found = await rows.selectFrom('events').select(['id', 'segment']).where('id', 'in', ids).execute();
    return new Map(found.map(({ id, segment }) => [id, segment]));
  },

  async beyond({ rows }, segment, limit) {
    const found = rows.selectFrom('events').select('id').where('segment', '>', segment).limit(limit);
    return (await found.execute()).map(({ id }) => id);
  },
};

function select({ rows }: WorkspaceRows) {
  return rows.selectFrom('events').select(['id', 'at', 'segment', 'type', 'actor', 'user_id', 'subject', 'data']);
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function chained({ id, at, segment, ...values }: Row): ChainedRow {
  return { id, at, segment, values };
}
