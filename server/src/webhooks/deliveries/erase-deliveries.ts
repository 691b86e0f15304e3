import type { Clock } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import './delivery-store.ts';
import { holdWebhooks, startLine } from './queue.ts';

/** Deletes every delivery that names an end user, sent or not; answers how many there were. What waits behind them has its turn. */
export async function eraseDeliveries(trx: WorkspaceTrx, clock: Clock, endUserId: string): Promise<number> {
  const now = clock.now();
  const naming = trx.rows.selectFrom('webhook_deliveries').where('end_user_id', '=', endUserId);
  const hooks = await naming.select('webhook_id').distinct().orderBy('webhook_id').execute();
  if (hooks.length === 0) return 0;
  const ids = hooks.map(({ webhook_id }) => webhook_id);
  await holdWebhooks(trx, ids, now);
  const lines = await naming.select(['webhook_id as webhookId', 'subject']).distinct().execute();
  const own = trx.rows.deleteFrom('webhook_deliveries').where('end_user_id', '=', endUserId);
  const erased = await own.executeTakeFirst();
  for (const line of lines) await startLine(trx, line, now);
  return Number(erased.numDeletedRows);
}
