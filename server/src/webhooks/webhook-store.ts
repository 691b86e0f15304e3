import type { Insertable, Selectable, Updateable } from 'kysely';
import { pageStart } from '../events/page-start.ts';
import { type Page, pageOf } from '../lib/cursor.ts';
import { readTextList } from '../lib/json.ts';
import type { Fixed, Flag, WorkspaceColumn } from '../storage/schema.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import { disabledReasons, type Webhook } from './webhook.ts';

export interface WebhooksTable {
  id: Fixed<string>;
  workspace_id: WorkspaceColumn;
  url: string;
  /** JSON. */
  events: string;
  description: string | null;
  loopback: Flag;
  enabled: Flag;
  disabled_reason: string | null;
  disabled_at: string | null;
  version: number;
  failing_since: string | null;
  last_delivered_at: string | null;
  last_failed_at: string | null;
  last_error: string | null;
  /** Milliseconds since the epoch: when there is something to send; null: there is nothing. */
  next_at: number | null;
  lease_owner: string | null;
  /** By the database's clock, in milliseconds since the epoch. */
  lease_until: number | null;
  /** Goes up with every lease: who holds an older one has lost it. */
  fence: number;
  created_at: Fixed<string>;
  updated_at: string;
  /** From then on nobody sees it, and what it has is being deleted. */
  deleted_at: string | null;
}

declare module '../storage/schema.ts' {
  interface Tables {
    webhooks: WebhooksTable;
  }
}

/** The webhook, or `undefined` where there is none or it was deleted. */
export async function findWebhook({ rows }: WorkspaceRows, id: string): Promise<Webhook | undefined> {
  const found = rows.selectFrom('webhooks').selectAll().where('id', '=', id).where('deleted_at', 'is', null);
  const row = await found.executeTakeFirst();
  return row && readWebhook(row);
}

/** Every webhook of the workspace, by id. */
export async function allWebhooks({ rows }: WorkspaceRows): Promise<readonly Webhook[]> {
  const all = rows.selectFrom('webhooks').selectAll().where('deleted_at', 'is', null).orderBy('id');
  return (await all.execute()).map(readWebhook);
}

/** The webhooks of the workspace, newest first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listWebhooks(
  { rows }: WorkspaceRows,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<Webhook & { readonly at: string }>> {
  const { id } = pageStart(cursor);
  const found = await rows
    .selectFrom('webhooks')
    .selectAll()
    .where('deleted_at', 'is', null)
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(
    found.map((row) => Object.assign(readWebhook(row), { at: row.created_at })),
    limit,
  );
}

export async function insertWebhook(trx: WorkspaceTrx, row: Insertable<WebhooksTable>): Promise<void> {
  await trx.rows.insertInto('webhooks').values(row).execute();
}

/** Changes columns of a webhook, and holds its row until the transaction is over; `undefined` where it was deleted. */
export async function changeWebhookRow(
  trx: WorkspaceTrx,
  id: string,
  change: Updateable<WebhooksTable>,
): Promise<Webhook | undefined> {
  const row = await trx.rows
    .updateTable('webhooks')
    .set(change)
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return row && readWebhook(row);
}

/** A row as the rest of us knows it. */
export function readWebhook(row: Selectable<WebhooksTable>): Webhook {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    url: row.url,
    events: readTextList(row.events),
    description: row.description,
    loopback: row.loopback === 1,
    isEnabled: row.enabled === 1,
    disabledReason: disabledReasons.find((reason) => reason === row.disabled_reason) ?? null,
    disabledAt: row.disabled_at,
    version: row.version,
    failingSince: row.failing_since,
    lastDeliveredAt: row.last_delivered_at,
    lastFailedAt: row.last_failed_at,
    lastError: row.last_error,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
