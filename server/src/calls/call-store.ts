import type { InSegment } from '../events/chain/chained-log.ts';
import { pageStart } from '../events/page-start.ts';
import { beginning, given, type Page, pageOf } from '../lib/cursor.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../storage/storage.ts';
import type { CallEnding, CallRecord, CallStatus } from './call-log.ts';

declare module '../storage/schema.ts' {
  interface Tables {
    calls: {
      id: Fixed<string>;
      workspace_id: WorkspaceColumn;
      at: Fixed<string>;
      principal: Erasable<string>;
      user_id: Erasable<string>;
      on_behalf_of: Erasable<string | null>;
      door: Fixed<CallRecord['door']>;
      connection_id: Fixed<string>;
      connector_id: Fixed<string>;
      tool: Fixed<string>;
      effect: Fixed<CallRecord['effect']>;
      status: CallStatus;
      reason: string | null;
      message: string | null;
      duration_ms: number | null;
      approval_id: Fixed<string | null>;
      request_id: Fixed<string>;
      /** Of the audit chain, once it is sealed. */
      segment: InSegment;
    };
  }
}

/** Which calls to list; what is left out does not narrow. */
export interface CallQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly connectorId?: string | undefined;
  readonly tool?: string | undefined;
  readonly status?: CallStatus | undefined;
  readonly principal?: string | undefined;
  readonly userId?: string | undefined;
  /** From this time on: ISO 8601 with milliseconds in UTC. */
  readonly since?: string | undefined;
  /** Before this time. */
  readonly until?: string | undefined;
}

/** The calls of a workspace, newest first. Throws BAD_REQUEST for a cursor that is none of ours. */
export async function listCalls(db: WorkspaceRows, query: CallQuery): Promise<Page<CallRecord>> {
  const { at, id } = pageStart(query.cursor);
  const rows = await db.rows
    .selectFrom('calls')
    .select(columns)
    .where(({ and }) => and(filtersOf(query)))
    .where('at', '>=', query.since ?? '')
    .where('at', '<', query.until ?? beginning.at)
    .where(({ eb, refTuple, tuple }) => eb(refTuple('at', 'id'), '<', tuple(at, id)))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  return pageOf(rows, query.limit);
}

const columns = [
  'id',
  'workspace_id as workspaceId',
  'at',
  'principal',
  'user_id as userId',
  'on_behalf_of as onBehalfOf',
  'door',
  'connection_id as connectionId',
  'connector_id as connectorId',
  'tool',
  'effect',
  'status',
  'reason',
  'message',
  'duration_ms as durationMs',
  'approval_id as approvalId',
  'request_id as requestId',
] as const;

/** The calls that a segment of the audit chain sealed, in no order. */
export async function callsOfSegment(db: WorkspaceRows, segment: number): Promise<readonly CallRecord[]> {
  return db.rows.selectFrom('calls').select(columns).where('segment', '=', segment).execute();
}

/** Calls that are not sealed yet, by id, after this one. */
export async function unsealedCalls(db: WorkspaceRows, id: string, limit: number): Promise<readonly CallRecord[]> {
  const unsealed = db.rows.selectFrom('calls').select(columns).where('segment', 'is', null);
  return unsealed.where('id', '>', id).orderBy('id').limit(limit).execute();
}

function filtersOf({
  connectionId,
  connectorId,
  tool,
  status,
  principal,
  userId,
}: CallQuery): Partial<Record<string, string>> {
  return given({ connection_id: connectionId, connector_id: connectorId, tool, status, principal, user_id: userId });
}

/** Writes calls of the transaction's workspace; one that is there already stays as it is. */
export async function insertCalls(trx: WorkspaceTrx, calls: readonly CallRecord[]): Promise<void> {
  await trx.rows
    .insertInto('calls')
    .values(calls.map(rowOf))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Writes what became of a call that was begun, even where it was given up as unknown in the meantime; one that ended or is sealed stays as it is. */
export async function finishCall(trx: WorkspaceTrx, id: string, ending: CallEnding): Promise<void> {
  await trx.rows
    .updateTable('calls')
    .set({
      status: ending.status,
      reason: ending.reason,
      message: storable(ending.message),
      duration_ms: ending.durationMs,
    })
    .where('id', '=', id)
    .where('status', 'in', ['executing', 'outcome_unknown'])
    .where('segment', 'is', null)
    .execute();
}

function rowOf(call: CallRecord) {
  return {
    id: call.id,
    at: call.at,
    principal: call.principal,
    user_id: call.userId,
    on_behalf_of: call.onBehalfOf,
    door: call.door,
    connection_id: call.connectionId,
    connector_id: call.connectorId,
    tool: call.tool,
    effect: call.effect,
    status: call.status,
    reason: call.reason,
    message: storable(call.message),
    duration_ms: call.durationMs,
    approval_id: call.approvalId,
    request_id: call.requestId,
  };
}

/** PostgreSQL keeps no NUL in a text, and a provider's words may hold one. */
function storable(message: string | null): string | null {
  return message?.replaceAll('\0', '') ?? null;
}
