import { isoTime } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { Enqueue } from './jobs.ts';
import './job-store.ts';

/**
 * Puts a job into the table in the caller's transaction. With a unique key it is dropped where one waits already; where that
 * one is running, it runs once more afterwards, with the newer payload.
 */
export const enqueue: Enqueue = async (trx, clock, { kind, payload, uniqueKey, delayMs = 0 }) => {
  const now = clock.now();
  trx.announceJobs();
  await trx.rows
    .insertInto('jobs')
    .values({
      id: newId(now),
      kind,
      payload: JSON.stringify(payload),
      unique_key: uniqueKey === undefined ? null : `${trx.workspaceId}:${uniqueKey}`,
      run_at: now + delayMs,
      attempts: 0,
      lease_owner: null,
      lease_until: null,
      fence: 0,
      last_error: null,
      created_at: isoTime(clock),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'unique_key'])
        .doUpdateSet((eb) => ({
          payload: eb.ref('excluded.payload'),
          /** Another time than before, in any case: by this the one who ends the job sees that it was asked for again. */
          run_at: eb
            .case()
            .when('excluded.run_at', '>', eb.ref('jobs.run_at'))
            .then(eb.ref('excluded.run_at'))
            .else(eb('jobs.run_at', '+', 1))
            .end(),
        }))
        .where('jobs.lease_owner', 'is not', null),
    )
    .execute();
};
