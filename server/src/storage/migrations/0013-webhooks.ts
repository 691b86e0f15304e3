import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { oneOf, required, startsAt, workspaceRows } from './0001-spine/columns.ts';
import { guardBoxes } from './guard-boxes.ts';

/** Addresses outside that are told of events, what signs for each, and what is told or was. */
export function webhooks(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await createWebhooks(db);
      await createSecrets(db);
      await guardBoxes(db, engine, { table: 'webhook_secrets', column: 'box' });
      await createDeliveries(db);
      await indexDeliveries(db);
    },
  };
}

async function createWebhooks(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'webhooks')
    .addColumn('url', 'text', required)
    .addColumn('events', 'text', required)
    .addColumn('description', 'text')
    .addColumn('loopback', 'integer', required)
    .addColumn('enabled', 'integer', required)
    .addColumn('disabled_reason', 'text')
    .addColumn('disabled_at', 'text')
    .addColumn('version', 'integer', startsAt(1))
    .addColumn('failing_since', 'text')
    .addColumn('last_delivered_at', 'text')
    .addColumn('last_failed_at', 'text')
    .addColumn('last_error', 'text')
    .addColumn('next_at', 'bigint')
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('fence', 'bigint', startsAt(0))
    .addColumn('created_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addColumn('deleted_at', 'text')
    .addCheckConstraint('webhooks_disabled_reason', oneOf('disabled_reason', ['gone', 'failing', 'by_request']))
    .execute();
  await db.schema.createIndex('webhooks_due').on('webhooks').columns(['enabled', 'next_at', 'id']).execute();
}

async function createSecrets(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'webhook_secrets')
    .addColumn('webhook_id', 'text', required)
    .addColumn('box', 'text', required)
    .addColumn('retires_at', 'bigint')
    .addColumn('created_at', 'text', required)
    .addForeignKeyConstraint(
      'webhook_secrets_webhook',
      ['workspace_id', 'webhook_id'],
      'webhooks',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('webhook_secrets');
  await index('webhook_secrets_of_webhook').columns(['workspace_id', 'webhook_id', 'id']).execute();
  await index('webhook_secrets_retired').columns(['retires_at', 'id']).execute();
}

async function createDeliveries(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'webhook_deliveries')
    .addColumn('webhook_id', 'text', required)
    .addColumn('event_id', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('subject', 'text', required)
    .addColumn('end_user_id', 'text')
    .addColumn('at', 'text', required)
    .addColumn('place', 'bigint', required)
    .addColumn('payload', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('attempts', 'integer', startsAt(0))
    .addColumn('run_at', 'bigint')
    .addColumn('last_attempt_at', 'text')
    .addColumn('last_status', 'integer')
    .addColumn('last_error', 'text')
    .addColumn('last_answer', 'text')
    .addColumn('settled_at', 'text')
    .addColumn('replay_id', 'text')
    .addColumn('keep_until', 'bigint', required)
    .addUniqueConstraint('webhook_deliveries_once', ['workspace_id', 'webhook_id', 'event_id'])
    .addForeignKeyConstraint(
      'webhook_deliveries_webhook',
      ['workspace_id', 'webhook_id'],
      'webhooks',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addCheckConstraint('webhook_deliveries_status', oneOf('status', ['waiting', 'delivered', 'failed']))
    .execute();
}

async function indexDeliveries(db: Kysely<Tables>): Promise<void> {
  const of = ['workspace_id', 'webhook_id'] as const;
  const indexes = {
    due: [...of, 'status', 'run_at', 'place'],
    of_subject: [...of, 'subject', 'status', 'place', 'id'],
    listed: [...of, 'at', 'id'],
    by_status: [...of, 'status', 'at', 'id'],
    by_type: [...of, 'type', 'at', 'id'],
    of_end_user: ['workspace_id', 'end_user_id'],
    kept: ['keep_until', 'id'],
  } as const;
  for (const [name, columns] of Object.entries(indexes))
    await db.schema
      .createIndex(`webhook_deliveries_${name}`)
      .on('webhook_deliveries')
      .columns([...columns])
      .execute();
}
