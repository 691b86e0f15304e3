import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import { oneOf, required, workspaceTable } from './0001-spine/columns.ts';

/** What was accepted of the tools a server lists, which connection is meant where none is named, and on whose behalf calls ran. */
export const toolStore: Migration = {
  async up(db: Kysely<Tables>): Promise<void> {
    await db.schema
      .alterTable('discovered_tools')
      .addColumn('flags', 'text', (column) => column.notNull().defaultTo('[]'))
      .execute();
    await createToolLists(db);
    await createAcceptedTools(db);
    await acceptWhatIsKnown(db);
    await createConnectionDefaults(db);
    await db.schema.alterTable('calls').addColumn('on_behalf_of', 'text').execute();
  },
};

/** What is known of the list of a connection's tools as a whole. */
async function createToolLists(db: Kysely<Tables>): Promise<void> {
  await ofConnection(db, 'tool_lists')
    .addColumn('new_tools', 'text', required)
    .addColumn('first_seen_at', 'text')
    .addPrimaryKeyConstraint('tool_lists_key', ['workspace_id', 'connection_id'])
    .addCheckConstraint('tool_lists_new_tools', oneOf('new_tools', ['offer', 'hold']))
    .execute();
}

/** The definition of each tool that counts, whatever its server says since; it stays while the tool is gone. */
async function createAcceptedTools(db: Kysely<Tables>): Promise<void> {
  await ofConnection(db, 'accepted_tools')
    .addColumn('name', 'text', required)
    .addColumn('definition', 'text', required)
    .addColumn('digest', 'text', required)
    .addColumn('accepted_by', 'text')
    .addColumn('accepted_at', 'text', required)
    .addPrimaryKeyConstraint('accepted_tools_key', ['workspace_id', 'connection_id', 'name'])
    .execute();
}

/** Tools that were offered so far go on being offered as they are. */
async function acceptWhatIsKnown(db: Kysely<Tables>): Promise<void> {
  await sql`
    insert into accepted_tools (workspace_id, connection_id, name, definition, digest, accepted_by, accepted_at)
    select workspace_id, connection_id, name, definition, digest, null, seen_at from discovered_tools`.execute(db);
  await sql`
    insert into tool_lists (workspace_id, connection_id, new_tools, first_seen_at)
    select workspace_id, connection_id, 'offer', min(seen_at) from discovered_tools
    group by workspace_id, connection_id`.execute(db);
}

/** The connection a key or a person means by a connector's name alone. */
async function createConnectionDefaults(db: Kysely<Tables>): Promise<void> {
  await ofConnection(db, 'connection_defaults')
    .addColumn('holder', 'text', required)
    .addColumn('connector_id', 'text', required)
    .addPrimaryKeyConstraint('connection_defaults_key', ['workspace_id', 'holder', 'connector_id'])
    .execute();
}

function ofConnection<Name extends string>(db: Kysely<Tables>, name: Name) {
  return workspaceTable(db, name)
    .addColumn('connection_id', 'text', required)
    .addForeignKeyConstraint(
      `${name}_connection`,
      ['workspace_id', 'connection_id'],
      'connections',
      ['workspace_id', 'id'],
      (to) => to.onDelete('cascade'),
    );
}
