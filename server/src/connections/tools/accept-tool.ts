import { requireAuthority } from '../../access/acting.ts';
import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import type { WorkspaceTrx } from '../../storage/storage.ts';
import type { Connection } from '../connection.ts';
import { subjectOf } from '../connection-events.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'tool.accepted': {
      readonly tool: string;
      readonly digest: string;
      /** Of the definition that counted before; `null` where none did. */
      readonly before: string | null;
    };
  }
}

/** A tool, and the digest of the definition that somebody has looked at. */
export interface ReviewedTool {
  readonly name: string;
  readonly digest: string;
}

/**
 * Lets a held tool be called as its server describes it now. It takes a person or a key with `admin`, never the agent that
 * would call it (S3). Throws CONFLICT where the server says something else than what was looked at; a second time it
 * changes nothing.
 */
export async function acceptTool(ctx: Context, connection: Connection, reviewed: ReviewedTool): Promise<void> {
  requireAuthority(ctx.caller);
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const { definition, digest, before } = await seenNow(trx, connection.id, reviewed.name);
    if (digest !== reviewed.digest) throw new Failure('CONFLICT', changedAgain, { details: { digest } });
    if (before === digest) return;
    const values = { definition, digest, accepted_by: ctx.caller.principal, accepted_at: isoTime(ctx.clock) };
    await trx.rows
      .insertInto('accepted_tools')
      .values({ connection_id: connection.id, name: reviewed.name, ...values })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'connection_id', 'name']).doUpdateSet(values))
      .execute();
    await appendEvent(trx, ctx.clock, {
      type: 'tool.accepted',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: { tool: reviewed.name, digest, before },
    });
  });
}

const changedAgain =
  'The tool is not what you looked at any more: it has changed again. Look at the change as it is now.';

async function seenNow(trx: WorkspaceTrx, connectionId: string, name: string) {
  const row = await trx.rows
    .selectFrom('discovered_tools as seen')
    .leftJoin('accepted_tools as accepted', (join) =>
      join.onRef('accepted.connection_id', '=', 'seen.connection_id').onRef('accepted.name', '=', 'seen.name'),
    )
    .select(['seen.definition', 'seen.digest', 'accepted.digest as before'])
    .where('seen.connection_id', '=', connectionId)
    .where('seen.name', '=', name)
    .executeTakeFirst();
  if (row) return row;
  throw new Failure('NOT_FOUND', `The server of this connection lists no tool ${name}.`);
}
