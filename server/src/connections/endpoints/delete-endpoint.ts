import { bumpGeneration } from '../../access/generations.ts';
import type { Context } from '../../context.ts';
import { destroyCredentials } from '../../credentials/credential-store.ts';
import { actorOf, appendEvent } from '../../events/append-event.ts';
import { isoTime } from '../../lib/clock.ts';
import { subjectOf } from '../connection-events.ts';
import { changeConnection } from '../connection-store.ts';
import type { AgentEndpoint } from './endpoint.ts';
import { removeEndpoint } from './endpoint-store.ts';
import { seeEndpoint } from './see-endpoint.ts';

/**
 * Deletes an endpoint: its secrets are destroyed and its name is free, what waits for a decision over it is voided, its
 * connection stays for the record. A second time it is NOT_FOUND.
 */
export async function deleteEndpoint(ctx: Context, endpoint: AgentEndpoint): Promise<void> {
  const place = { projectId: endpoint.projectId, id: endpoint.connection.id };
  for (let before = endpoint; !(await remove(ctx, before)); before = await seeEndpoint(ctx, place));
}

/** False where somebody else changed or deleted it first. */
function remove(ctx: Context, { connection }: AgentEndpoint): Promise<boolean> {
  const at = isoTime(ctx.clock);
  const change = {
    status: 'revoked',
    status_reason: 'Deleted.',
    is_active: 0,
    deleted_at: at,
    updated_at: at,
  } as const;
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    if (!(await changeConnection(trx, connection, change))) return false;
    await destroyCredentials(trx, connection.id);
    await removeEndpoint(trx, connection.id);
    await appendEvent(trx, ctx.clock, {
      type: 'connection.revoked',
      actor: actorOf(ctx.caller),
      subject: subjectOf(connection),
      data: { connector: connection.connectorId },
    });
    await ctx.voidWaiting(trx, [connection.id], actorOf(ctx.caller));
    return true;
  });
}
