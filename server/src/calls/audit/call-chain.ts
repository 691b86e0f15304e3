import type { ChainedLog, ChainedRow } from '../../events/chain/chained-log.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import '../call-store.ts';

/** Milliseconds for which a call that was taken for cut off may still learn what became of it; then it is sealed as it is. */
const lateEndingMs = 3_600_000;

/** The log of calls as the chain sees it: a call is sealed when it is over. */
export const callChain: ChainedLog = {
  name: 'calls',
  naming: { principal: 'within', user_id: 'somebody', on_behalf_of: 'somebody', message: 'within' },

  async unsealed(db, { limit, now }) {
    const given = new Date(now - lateEndingMs).toISOString();
    const rows = await select(db)
      .where('segment', 'is', null)
      .where('status', '!=', 'executing')
      .where(({ eb, or }) => or([eb('status', '!=', 'outcome_unknown'), eb('at', '<', given)]))
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(chained);
  },

  async mark({ rows }, calls, segment) {
    const unknown = calls.filter(({ values }) => values['status'] === 'outcome_unknown').map(({ id }) => id);
    const ids = calls.map(({ id }) => id);
    const marked = rows
      .updateTable('calls')
      .set({ segment })
      .where('id', 'in', ids)
      .where('segment', 'is', null)
      .$if(unknown.length > 0, (query) =>
        query.where(({ eb, or }) => or([eb('id', 'not in', unknown), eb('status', '=', 'outcome_unknown')])),
      );
    return Number((await marked.executeTakeFirst()).numUpdatedRows);
  },

  async ofSegment(db, segment) {
    return (await select(db).where('segment', '=', segment).execute()).map(chained);
  },

  async segmentsOf({ rows }, ids) {
    const found = await rows.selectFrom('calls').select(['id', 'segment']).where('id', 'in', ids).execute();
    return new Map(found.map(({ id, segment }) => [id, segment]));
  },

  async beyond({ rows }, segment, limit) {
    const found = rows.selectFrom('calls').select('id').where('segment', '>', segment).limit(limit);
    return (await found.execute()).map(({ id }) => id);
  },
};

function select({ rows }: WorkspaceRows) {
  return rows
    .selectFrom('calls')
    .select(['id', 'at', 'segment', 'principal', 'user_id', 'door', 'connection_id', 'connector_id', 'tool'])
    .select(['effect', 'status', 'reason', 'message', 'duration_ms', 'approval_id', 'request_id', 'on_behalf_of']);
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number];

function chained({ id, at, segment, duration_ms, ...values }: Row): ChainedRow {
  return { id, at, segment, values: { ...values, duration_ms: duration_ms === null ? null : String(duration_ms) } };
}
