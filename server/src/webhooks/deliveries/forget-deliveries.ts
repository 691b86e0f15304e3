import { setImmediate as nextTurn } from 'node:timers/promises';
import type { App } from '../../context.ts';
import type { HouseTask } from '../../jobs/keep-house.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceDb } from '../../storage/storage.ts';
import { keptMs } from './delivery.ts';
import { changeWaiting } from './delivery-store.ts';
import { holdWebhook, type Line, startLine } from './queue.ts';

type House = Pick<App, 'storage' | 'clock'>;

const atOnce = 500;

/** Deletes deliveries that were over for 30 days, gives up those that have waited so long, and destroys secrets that retired. */
export function forgetDeliveries(app: House): readonly HouseTask[] {
  return [
    { name: 'old deliveries to webhooks', everyMs: 10 * 60_000, run: () => forgetAll(app) },
    { name: 'retired secrets of webhooks', everyMs: 60_000, run: () => destroyRetired(app) },
  ];
}

async function forgetAll(app: House): Promise<void> {
  await giveUpAll(app);
  while ((await deleteSome(app)) === atOnce) await nextTurn();
}

async function giveUpAll({ storage, clock }: House): Promise<void> {
  for (;;) {
    const waiting = await storage.rows
      .selectFrom('webhook_deliveries')
      .select(['id', 'workspace_id as workspaceId', 'webhook_id as webhookId', 'subject'])
      .where('keep_until', '<=', clock.now())
      .where('status', '=', 'waiting')
      .orderBy('keep_until')
      .limit(atOnce)
      .execute();
    for (const delivery of waiting) await giveUp({ storage, clock }, storage.workspace(delivery.workspaceId), delivery);
    if (waiting.length < atOnce) return;
  }
}

/** It is told among the failed ones for as long as others, and the next of its subject has its turn. */
function giveUp({ clock }: House, db: WorkspaceDb, delivery: Line & { readonly id: string }): Promise<void> {
  return db.transact(async (trx) => {
    const now = clock.now();
    await holdWebhook(trx, delivery.webhookId, now);
    const over = { status: 'failed', run_at: null, settled_at: isoTime(clock), keep_until: now + keptMs };
    const last_error = 'It waited for 30 days, and was never sent with success.';
    if (await changeWaiting(trx, delivery.id, { ...over, last_error })) await startLine(trx, delivery, now);
  });
}

async function deleteSome({ storage, clock }: House): Promise<number> {
  return storage.transact(async ({ rows }) => {
    const some = rows
      .selectFrom('webhook_deliveries')
      .select('id')
      .where('keep_until', '<=', clock.now())
      .where('status', '!=', 'waiting')
      .orderBy('keep_until')
      .limit(atOnce);
    const deleted = await rows.deleteFrom('webhook_deliveries').where('id', 'in', some).executeTakeFirst();
    return Number(deleted.numDeletedRows);
  });
}

async function destroyRetired({ storage, clock }: House): Promise<void> {
  await storage.transact(({ rows }) =>
    rows.deleteFrom('webhook_secrets').where('retires_at', '<=', clock.now()).execute(),
  );
}
