import type { Connection } from '../../connections/connection.ts';
import { findConnection } from '../../connections/connection-store.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { WorkspaceRows } from '../../storage/storage.ts';
import { namedEndUser } from './named-end-user.ts';
import type { Told } from './offered-events.ts';

/** What is sent about an event, to the letter, and the row of the end user it names. */
export interface Payload {
  readonly body: string;
  readonly endUserId: string | null;
}

/** The body of a delivery: what happened, when (RFC 3339), and to what. */
export function writeBody(type: string, timestamp: string, data: JsonObject): string {
  return JSON.stringify({ type, timestamp, data });
}

/** Says of an event what it is about, as it is now: it is sent so however much later. */
export async function payloadOf(
  { db, publicUrl }: { readonly db: WorkspaceRows; readonly publicUrl: string },
  { type, at }: { readonly type: string; readonly at: string },
  { connectionId, approvalId, endUserId: named = null, data }: Told,
): Promise<Payload> {
  const connection = connectionId === undefined ? undefined : await findConnection(db, connectionId);
  const endUserId = named ?? connection?.endUser?.id ?? null;
  const ofConnection = connection && {
    connection_id: connection.id,
    connector: connection.connectorId,
    account: accountOf(connection),
    end_user: await namedEndUser(db, endUserId),
  };
  // An end user decides on a page of their own.
  const page = connection?.endUser ? 'approve' : 'approvals';
  const ofApproval = approvalId !== undefined && {
    approval_id: approvalId,
    url: `${publicUrl}/${page}/${approvalId}`,
  };
  return { body: writeBody(type, at, { ...ofConnection, ...ofApproval, ...data }), endUserId };
}

/** Who it is at the provider; not of a member's own connection, which is theirs to tell. */
function accountOf({ scope, endUser, identity }: Connection): string | null {
  return scope === 'personal' && endUser === null ? null : identity;
}
