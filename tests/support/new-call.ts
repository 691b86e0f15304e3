import type { CallRecord } from '../../server/src/calls/call-log.ts';
import { newId } from '../../server/src/lib/ids.ts';

/** A call as the log keeps it: a read that went well, with another id each time. */
export function newCall(workspaceId: string, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    id: newId(),
    workspaceId,
    at: '2026-11-21T00:00:00.000Z',
    principal: 'key:1',
    onBehalfOf: null,
    userId: 'alice',
    door: 'rest',
    connectionId: 'c1',
    connectorId: 'zendesk',
    tool: 'get_ticket',
    effect: 'read',
    status: 'ok',
    reason: null,
    message: null,
    durationMs: 7,
    approvalId: null,
    requestId: newId(),
    ...changes,
  };
}
