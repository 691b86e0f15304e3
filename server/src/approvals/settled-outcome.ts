import { findConnection } from '../connections/connection-store.ts';
import type { Context } from '../context.ts';
import type { Outcome, Rejected } from '../transports/outcome.ts';
import type { ApprovalRow } from './approval-store.ts';
import { openResult } from './sealed-content.ts';

/** What an approval came to that no longer waits, as its asker is told. */
export async function settledOutcome(ctx: Pick<Context, 'vault' | 'db'>, row: ApprovalRow): Promise<Outcome> {
  if (row.result_box !== null) return openResult(ctx, { id: row.id, workspaceId: ctx.db.workspaceId }, row.result_box);
  if (row.status === 'declined') return turnedDown('declined', row.decision_note ?? 'A person declined this call.');
  if (row.status === 'voided') return turnedDown('voided', await whyVoided(ctx, row));
  if (row.status === 'outcome_unknown') return { status: 'outcome_unknown', message: cutOff(row) };
  return turnedDown('declined', 'Nobody decided in time, so the call was not run. Ask again if it is still wanted.');
}

/** Voided while it waited: what is voided when it is carried out says so itself. */
async function whyVoided({ db }: Pick<Context, 'db'>, row: ApprovalRow): Promise<string> {
  const connection = await findConnection(db, row.connection_id);
  if (connection?.deletedAt === null)
    return 'Something the approval was bound to has changed since it was asked for. Ask again.';
  return 'The connection was revoked before anybody decided, so the call was not run.';
}

/** When it was sent on its way and where to, for whoever has to find out what happened. */
function cutOff({ decided_at: at, target }: ApprovalRow): string {
  const when = at === null ? '' : ` at ${at}`;
  return `The call was approved and sent on its way${when} (${target}), and then cut off: nobody knows whether it happened. It is not repeated. Look at the provider before you ask again.`;
}

function turnedDown(reason: 'declined' | 'voided', message: string): Rejected {
  return { status: 'rejected', reason, message };
}
