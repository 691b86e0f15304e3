import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { required, workspaceRows, workspaceTable } from './0001-spine/columns.ts';

/** What end users of an app call with: tokens we made, and the keys an app signs its own with. */
export const userTokens: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await createUserTokens(db);
    await createKeySets(db);
    await createSpentTokens(db);
    await createEndedTokens(db);
  },
};

async function createUserTokens(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'user_tokens')
    .addColumn('end_user_id', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('connectors', 'text')
    .addColumn('connections', 'text', required)
    .addColumn('agent', 'text')
    .addColumn('metadata', 'text', required)
    .addColumn('maker_user_id', 'text', required)
    .addColumn('maker_key_id', 'text')
    .addColumn('lineage', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addColumn('revoked_at', 'text')
    .addForeignKeyConstraint(
      'user_tokens_end_user',
      ['workspace_id', 'end_user_id'],
      'end_users',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    )
    .addUniqueConstraint('user_tokens_once', ['hash'])
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('user_tokens');
  await index('user_tokens_of_end_user').columns(['workspace_id', 'end_user_id', 'created_at', 'id']).execute();
  await index('user_tokens_listed').columns(['workspace_id', 'created_at', 'id']).execute();
  await index('user_tokens_over').columns(['expires_at', 'id']).execute();
}

/** An issuer is found by its id alone: a token names no workspace. */
async function createKeySets(db: Kysely<Tables>): Promise<void> {
  await workspaceRows(db, 'key_sets')
    .addColumn('name', 'text', required)
    .addColumn('keys', 'text', required)
    .addColumn('connections', 'text', required)
    .addColumn('lineage', 'text', required)
    .addColumn('created_by', 'text', required)
    .addColumn('created_at', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addColumn('revoked_at', 'text')
    .addUniqueConstraint('key_sets_once', ['id'])
    .execute();
  await db.schema.createIndex('key_sets_listed').on('key_sets').columns(['workspace_id', 'created_at', 'id']).execute();
}

/** Tokens that count once, by issuer and their own id. */
async function createSpentTokens(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'spent_tokens')
    .addColumn('key_set_id', 'text', required)
    .addColumn('jti', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .addPrimaryKeyConstraint('spent_tokens_key', ['workspace_id', 'key_set_id', 'jti'])
    .execute();
  await db.schema.createIndex('spent_tokens_over').on('spent_tokens').columns(['expires_at']).execute();
}

/** Until when what apps signed for an end user no longer counts, by a digest of their name at the app. */
async function createEndedTokens(db: Kysely<Tables>): Promise<void> {
  await workspaceTable(db, 'ended_tokens')
    .addColumn('subject', 'text', required)
    .addColumn('signed_until', 'bigint', required)
    .addPrimaryKeyConstraint('ended_tokens_key', ['workspace_id', 'subject'])
    .execute();
  await db.schema.createIndex('ended_tokens_over').on('ended_tokens').columns(['signed_until']).execute();
}
