import type { Clock } from '../lib/clock.ts';
import { type JsonObject, readJsonObject } from '../lib/json.ts';
import type { Storage, WorkspaceTrx } from '../storage/storage.ts';
import { never } from './job-store.ts';
import type { JobTypes } from './jobs.ts';

const atOnce = 1_000;

/** Asks anew for every job of a kind that was given up, a thousand at most; each once, however many replicas do it. */
export async function takeUpAgain(
  { storage, clock }: { readonly storage: Storage; readonly clock: Clock },
  kind: keyof JobTypes,
  askAnew: (trx: WorkspaceTrx, clock: Clock, payload: JsonObject) => Promise<void>,
): Promise<void> {
  const givenUp = storage.rows.selectFrom('jobs').select(['id', 'workspace_id', 'payload']).where('kind', '=', kind);
  for (const job of await givenUp.where('run_at', '=', never).orderBy('id').limit(atOnce).execute())
    await storage.workspace(job.workspace_id).transact(async (trx) => {
      const taken = trx.rows.deleteFrom('jobs').where('id', '=', job.id).where('run_at', '=', never);
      if ((await taken.executeTakeFirst()).numDeletedRows > 0n) await askAnew(trx, clock, readJsonObject(job.payload));
    });
}
