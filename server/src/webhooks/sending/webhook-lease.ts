import { databaseTime } from '../../storage/leases/database-time.ts';
import type { Storage, WorkspaceTrx } from '../../storage/storage.ts';
import { nextRunAt } from '../deliveries/delivery-store.ts';
import type { Webhook } from '../webhook.ts';
import { readWebhook } from '../webhook-store.ts';

/** A webhook that one process sends to, for a while. */
export interface Lease {
  readonly webhookId: string;
  readonly workspaceId: string;
  readonly fence: number;
}

/** Longer than an attempt may take, by enough for the transactions around it. */
const leaseMs = 20_000;

/** A webhook that has something to send. */
export interface DueWebhook {
  readonly id: string;
  readonly workspaceId: string;
}

/** Webhooks that have something to send and that nobody sends to, of other workspaces than these; the longest waiting first. */
export function listDueWebhooks(
  { rows, engine }: Storage,
  wish: { readonly now: number; readonly without: readonly string[]; readonly limit: number },
): Promise<readonly DueWebhook[]> {
  return rows
    .selectFrom('webhooks')
    .select(['id', 'workspace_id as workspaceId'])
    .where('enabled', '=', 1)
    .where('next_at', '<=', wish.now)
    .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', databaseTime(engine))]))
    .$if(wish.without.length > 0, (query) => query.where('workspace_id', 'not in', [...wish.without]))
    .orderBy('next_at')
    .orderBy('id')
    .limit(wish.limit)
    .execute();
}

/** Takes the lease of a webhook; `undefined` where another process holds it, or nothing is to be sent any more. */
export async function takeLease(
  storage: Storage,
  { id, workspaceId }: DueWebhook,
  owner: string,
): Promise<{ readonly lease: Lease; readonly webhook: Webhook } | undefined> {
  const now = databaseTime(storage.engine);
  const row = await storage.workspace(workspaceId).transact(({ rows }) =>
    rows
      .updateTable('webhooks')
      .set((eb) => ({ lease_owner: owner, lease_until: eb(now, '+', leaseMs), fence: eb('fence', '+', 1) }))
      .where('id', '=', id)
      .where('enabled', '=', 1)
      .where(({ eb, or }) => or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
      .returningAll()
      .executeTakeFirst(),
  );
  return row && { lease: { webhookId: id, workspaceId, fence: row.fence }, webhook: readWebhook(row) };
}

/** What an attempt says of the webhook as a whole. RFC 3339. */
export interface Standing {
  readonly at: string;
  /** Why it failed; null: it arrived. */
  readonly error: string | null;
}

/**
 * Keeps the lease for longer and says how the webhook does, holding its row until the transaction is over; `undefined` where
 * another process has taken it over, or it was deleted.
 */
export async function renewLease(
  trx: WorkspaceTrx,
  { engine }: Pick<Storage, 'engine'>,
  { lease, standing }: { readonly lease: Lease; readonly standing: Standing },
): Promise<Webhook | undefined> {
  const { at, error } = standing;
  const row = await trx.rows
    .updateTable('webhooks')
    .set((eb) => ({ lease_until: eb(databaseTime(engine), '+', leaseMs), last_error: error }))
    .$if(error === null, (query) => query.set({ last_delivered_at: at, failing_since: null }))
    .$if(error !== null, (query) =>
      query.set((eb) => ({ last_failed_at: at, failing_since: eb.fn.coalesce('failing_since', eb.val(at)) })),
    )
    .where('id', '=', lease.webhookId)
    .where('fence', '=', lease.fence)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && readWebhook(row);
}

/**
 * Lets go of a lease and says when there is something to send again, now at the earliest, so that others come first; nothing
 * happens where another process holds it.
 */
export async function leaveLease(
  storage: Storage,
  { webhookId, workspaceId, fence }: Lease,
  notBefore: number,
): Promise<void> {
  await storage.workspace(workspaceId).transact(async (trx) => {
    const own = trx.rows.updateTable('webhooks').where('id', '=', webhookId).where('fence', '=', fence);
    const left = await own.set({ lease_owner: null, lease_until: null }).executeTakeFirst();
    if (left.numUpdatedRows === 0n) return;
    // Read behind the row's lock: whoever adds a delivery holds it too.
    const next = await nextRunAt(trx, webhookId);
    await own.set({ next_at: next === null ? null : Math.max(next, notBefore) }).execute();
  });
}
