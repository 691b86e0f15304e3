import { setImmediate as nextTurn } from 'node:timers/promises';
import { bumpGeneration } from '../../access/generations.ts';
import type { App, Context } from '../../context.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { enqueue } from '../../jobs/enqueue.ts';
import type { JobHandler } from '../../jobs/jobs.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import '../deliveries/delivery-store.ts';
import { destroySecrets } from '../signing/webhook-secrets.ts';
import { subjectOf, type Webhook } from '../webhook.ts';
import '../webhook-events.ts';
import { changeWebhookRow } from '../webhook-store.ts';
import { noSuchWebhook } from './see-webhook.ts';

declare module '../../jobs/jobs.ts' {
  interface JobTypes {
    'webhook.delete': { readonly webhookId: string };
  }
}

/** Ends a webhook at once and destroys its secrets; its deliveries go in the background. */
export async function deleteWebhook({ db, clock, caller }: Context, { id, url }: Webhook): Promise<void> {
  await db.transact(async (trx) => {
    const now = isoTime(clock);
    const deleted = await changeWebhookRow(trx, id, { enabled: 0, next_at: null, updated_at: now, deleted_at: now });
    if (deleted === undefined) throw noSuchWebhook();
    await bumpGeneration(trx);
    await destroySecrets(trx, id);
    await enqueue(trx, clock, { kind: 'webhook.delete', payload: { webhookId: id }, uniqueKey: id });
    const about = { actor: actorOf(caller), subject: subjectOf({ id }) };
    await appendEvent(trx, clock, { type: 'webhook.deleted', ...about, data: { origin: new URL(url).origin } });
  });
}

const atOnce = 500;
/** Less than a job may take. */
const roundMs = 25_000;

/** The job `webhook.delete`: deletes what a webhook had, some at a time, and then its row. */
export function deleteInBackground({ storage, clock }: Pick<App, 'storage' | 'clock'>): JobHandler<'webhook.delete'> {
  return async ({ workspaceId, payload: { webhookId }, signal }) => {
    const db = storage.workspace(workspaceId);
    const over = AbortSignal.any([signal, AbortSignal.timeout(roundMs)]);
    let deleted = atOnce;
    while (deleted === atOnce && !over.aborted) {
      deleted = await db.transact((trx) => deleteSome(trx, webhookId));
      await nextTurn();
    }
    await db.transact(async (trx) => {
      if (deleted < atOnce) await trx.rows.deleteFrom('webhooks').where('id', '=', webhookId).execute();
      else await enqueue(trx, clock, { kind: 'webhook.delete', payload: { webhookId }, uniqueKey: webhookId });
    });
  };
}

async function deleteSome({ rows }: WorkspaceTrx, webhookId: string): Promise<number> {
  const some = rows.selectFrom('webhook_deliveries').select('id').where('webhook_id', '=', webhookId).limit(atOnce);
  const result = await rows.deleteFrom('webhook_deliveries').where('id', 'in', some).executeTakeFirst();
  return Number(result.numDeletedRows);
}
