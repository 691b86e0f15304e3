import { grantsAuthority } from '../../access/acting.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';
import { connectorOf } from '../connector-of.ts';
import type { NewToolPolicy } from './decide-tools.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    tool_lists: {
      workspace_id: WorkspaceColumn;
      connection_id: Fixed<string>;
      new_tools: 'offer' | 'hold';
      first_seen_at: string | null;
    };
  }
}

/** What is known of the tools of a connection's server as a whole. */
export interface ToolList {
  /** What happens to tools that come later: offered, or held until a person has looked. */
  readonly newTools: NewToolPolicy;
  /** When the server was first asked; `null` where it never was. */
  readonly firstSeenAt: string | null;
}

const unseenList: ToolList = { newTools: 'offer', firstSeenAt: null };

export async function readToolList(db: WorkspaceRows, connectionId: string): Promise<ToolList> {
  const row = await db.rows
    .selectFrom('tool_lists')
    .select(['new_tools', 'first_seen_at'])
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return row === undefined ? unseenList : { newTools: row.new_tools, firstSeenAt: row.first_seen_at };
}

/** Changes what is known of a list; run after the workspace's generation was bumped. */
export async function saveToolList(trx: WorkspaceTrx, connectionId: string, change: Partial<ToolList>): Promise<void> {
  const { newTools, firstSeenAt } = { ...(await readToolList(trx, connectionId)), ...change };
  const values = { new_tools: newTools, first_seen_at: firstSeenAt };
  await trx.rows
    .insertInto('tool_lists')
    .values({ connection_id: connectionId, ...values })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'connection_id']).doUpdateSet(values))
    .execute();
}

/**
 * Decides what happens to tools that come later. Throws FORBIDDEN where it is loosened by a program (S3), BAD_REQUEST for a
 * connection whose tools are the catalog's.
 */
export async function setNewTools(ctx: Context, connection: Connection, newTools: NewToolPolicy): Promise<void> {
  if ((await connectorOf(ctx, connection)).mcp === undefined)
    throw new Failure('BAD_REQUEST', 'The tools of this connection come from the catalog, which adds none by itself.');
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const before = await readToolList(trx, connection.id);
    if (before.newTools === newTools) return;
    if (newTools === 'offer' && !grantsAuthority(ctx.caller)) throw new Failure('FORBIDDEN', loosening);
    await saveToolList(trx, connection.id, { newTools });
    await appendEvent(trx, ctx.clock, {
      type: 'connection.changed',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: { changes: [`new_tools: ${newTools}`] },
    });
  });
}

const loosening =
  'Offering new tools without a look takes a person who is signed in or a key with the scope admin. Do it in the dashboard.';
