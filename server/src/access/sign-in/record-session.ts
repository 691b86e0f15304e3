import { appendEvent } from '../../events/append-event.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Storage } from '../../storage/storage.ts';
import '../tables.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'person.signed_in': Record<string, never>;
    'person.signed_out': Record<string, never>;
  }
}

export interface SessionChange {
  readonly type: 'person.signed_in' | 'person.signed_out';
  readonly userId: string;
  readonly sessionId: string;
}

/** Puts on record that a person signed in or out, in each of their workspaces; right after, because Better Auth writes sessions itself. */
export async function recordSession(storage: Storage, clock: Clock, change: SessionChange): Promise<void> {
  const { type, userId, sessionId } = change;
  const memberships = await storage.rows
    .selectFrom('members')
    .select('workspace_id')
    .where('user_id', '=', userId)
    .execute();
  const event = { type, actor: { principal: `session:${sessionId}`, userId }, subject: `person:${userId}`, data: {} };
  await storage.transact(async (trx) => {
    for (const { workspace_id } of memberships) await appendEvent(trx.workspace(workspace_id), clock, event);
  });
}
