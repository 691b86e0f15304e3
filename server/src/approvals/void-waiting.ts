import type { VoidWaiting } from '../calls/waiting-calls.ts';
import { type Actor, appendEvents } from '../events/append-event.ts';
import { type Clock, isoTime } from '../lib/clock.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import { aboutApproval, toldColumns } from './approval-events.ts';

/** Calls that wait in vain, and why: over connections that nobody uses any more, or for an end user who is forgotten. */
type InVain =
  | { readonly reason: 'connection_revoked'; readonly connectionIds: readonly string[] }
  | { readonly reason: 'end_user_erased'; readonly endUserId: string };

/** Voids what waits for a decision in vain, each with its event, in the transaction of what has it so; the ids. */
export async function voidWaiting(
  trx: WorkspaceTrx,
  clock: Clock,
  { inVain, actor }: { readonly inVain: InVain; readonly actor: Actor },
): Promise<readonly string[]> {
  const at = isoTime(clock);
  const voided = await trx.rows
    .updateTable('approvals')
    .set({ status: 'voided', updated_at: at })
    .where('status', '=', 'pending')
    .where('expires_at', '>', at)
    .where((where) =>
      inVain.reason === 'connection_revoked'
        ? where('connection_id', 'in', inVain.connectionIds)
        : where('user_id', '=', inVain.endUserId),
    )
    .returning([...toldColumns])
    .execute();
  const events = voided.map((row) => {
    const { subject, about } = aboutApproval(row);
    return { type: 'approval.voided' as const, actor, subject, data: { ...about, reason: inVain.reason } };
  });
  if (events.length > 0) await appendEvents(trx, clock, events);
  return voided.map(({ id }) => id);
}

/** The same for who cuts connections off. */
export function voidingOver(clock: Clock): VoidWaiting {
  return (trx, connectionIds, actor) =>
    voidWaiting(trx, clock, { inVain: { reason: 'connection_revoked', connectionIds }, actor });
}
