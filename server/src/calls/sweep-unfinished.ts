import type { Storage } from '../storage/storage.ts';

const sentence =
  'The process ended while this call was on its way. Look at the provider to see whether it was carried out.';

/**
 * Marks calls that were begun before a time (ISO 8601 with milliseconds, UTC) and never ended as `outcome_unknown` (R2).
 * The time must be longer ago than any call may take, so that replicas do not sweep each other's. Answers how many it were.
 */
export async function sweepUnfinished(storage: Storage, before: string): Promise<number> {
  return storage.transact(async ({ rows }) => {
    const result = await rows
      .updateTable('calls')
      .set({ status: 'outcome_unknown', message: sentence })
      .where('status', '=', 'executing')
      .where('at', '<', before)
      .executeTakeFirst();
    return Number(result.numUpdatedRows);
  });
}
