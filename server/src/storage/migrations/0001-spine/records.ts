import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../schema.ts';
import { oneOf, required, startsAt, workspaceRows } from './columns.ts';

/** Calls that wait for a person, the two logs, and background work. */
export async function createRecords(db: Kysely<Tables>): Promise<void> {
  await createApprovals(db);
  await indexApprovals(db);
  await createEvents(db);
  await createCalls(db);
  await createJobs(db);
}

const approvalStatuses = ['pending', 'executing', 'done', 'declined', 'expired', 'voided', 'outcome_unknown'];

async function createApprovals(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'approvals')
    .addColumn('digest', 'text', required)
    .addColumn('principal', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('lineage', 'text', required)
    .addColumn('door', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('connection_generation', 'integer', required)
    .addColumn('connector_id', 'text', required)
    .addColumn('tool', 'text', required)
    .addColumn('tool_digest', 'text', required)
    .addColumn('policy_version', 'bigint', required)
    .addColumn('target', 'text', required)
    .addColumn('arguments_box', 'text', required)
    .addColumn('summary', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('decided_by', 'text')
    .addColumn('decided_user_id', 'text')
    .addColumn('decided_at', 'text')
    .addColumn('decision_note', 'text')
    .addColumn('result_box', 'text')
    .addColumn('collected_at', 'text')
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addCheckConstraint('approvals_status', oneOf('status', approvalStatuses))
    .addForeignKeyConstraint(
      'approvals_connection',
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .execute();
}

/** S13: one pending approval per requester and digest. */
async function indexApprovals(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex('approvals_one_pending')
    .unique()
    .on('approvals')
    .columns(['workspace_id', 'principal', 'digest'])
    .where(sql<boolean>`status = 'pending'`)
    .execute();
  await db.schema
    .createIndex('approvals_by_status')
    .on('approvals')
    .columns(['workspace_id', 'status', 'id'])
    .execute();
  await db.schema
    .createIndex('approvals_by_connection')
    .on('approvals')
    .columns(['workspace_id', 'connection_id'])
    .execute();
  await db.schema.createIndex('approvals_expiry').on('approvals').columns(['status', 'expires_at']).execute();
}

async function createEvents(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'events')
    .addColumn('at', 'text', required)
    .addColumn('type', 'text', required)
    .addColumn('actor', 'text', required)
    .addColumn('user_id', 'text')
    .addColumn('subject', 'text', required)
    .addColumn('data', 'text', required)
    .execute();
  await db.schema.createIndex('events_subject').on('events').columns(['workspace_id', 'subject', 'id']).execute();
}

async function createCalls(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'calls')
    .addColumn('at', 'text', required)
    .addColumn('principal', 'text', required)
    .addColumn('user_id', 'text', required)
    .addColumn('door', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('connector_id', 'text', required)
    .addColumn('tool', 'text', required)
    .addColumn('effect', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('reason', 'text')
    .addColumn('message', 'text')
    .addColumn('duration_ms', 'integer')
    .addColumn('approval_id', 'text')
    .addColumn('request_id', 'text', required)
    .addCheckConstraint('calls_effect', oneOf('effect', ['read', 'write']))
    .execute();
  await db.schema.createIndex('calls_at').on('calls').columns(['workspace_id', 'at', 'id']).execute();
  await db.schema.createIndex('calls_age').on('calls').column('at').execute();
}

async function createJobs(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'jobs')
    .addColumn('kind', 'text', required)
    .addColumn('payload', 'text', required)
    .addColumn('unique_key', 'text')
    .addColumn('run_at', 'bigint', required)
    .addColumn('attempts', 'integer', startsAt(0))
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('fence', 'bigint', startsAt(0))
    .addColumn('last_error', 'text')
    .addColumn('created_at', 'text', required)
    .addUniqueConstraint('jobs_unique_key', ['kind', 'unique_key'])
    .execute();
  await db.schema.createIndex('jobs_due').on('jobs').columns(['run_at', 'id']).execute();
}
