import { z } from 'zod';
import type { EndUser } from '../../access/end-users/end-user-store.ts';
import type { CallRecord } from '../../calls/call-log.ts';
import { effects } from '../../catalog/format/tool.ts';
import type { StoredEvent } from '../../events/event-store.ts';

/** A change on record. */
export const eventItem = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    type: z.string(),
    actor: z.string().describe('The credential that did it: `key:…`, `session:…`, `jwt:…` or `system`.'),
    user_id: z.string().nullable(),
    subject: z.string().describe('What it happened to: `connection:<id>`.'),
    data: z.unknown(),
  })
  .meta({ id: 'Event' });

export function showEvent({ id, at, type, actor, userId, subject, data }: StoredEvent): z.output<typeof eventItem> {
  return { id, at, type, actor, user_id: userId, subject, data };
}

/** What a tool call can have come to, as the log keeps it. */
export const callStatuses = [
  'ok',
  'rejected',
  'unavailable',
  'outcome_unknown',
  'needs_approval',
  'executing',
] as const;

/** One tool call. Never an argument, never an answer. */
export const callItem = z
  .object({
    id: z.uuid(),
    at: z.iso.datetime(),
    principal: z.string(),
    user_id: z.string(),
    end_user: z
      .object({ id: z.string() })
      .nullable()
      .describe('Of an app, as it calls them; null for everybody else, and for whoever may not know them.'),
    on_behalf_of: z.string().nullable().describe('The member it was made for, where `run_as` named one.'),
    door: z.enum(['rest', 'mcp', 'approval']),
    connection_id: z.string(),
    connector_id: z.string(),
    tool: z.string(),
    type: z.enum(effects),
    status: z.enum(callStatuses),
    reason: z.string().nullable(),
    message: z.string().nullable(),
    duration_ms: z.number().nullable(),
    approval_id: z.string().nullable(),
    request_id: z.string(),
  })
  .meta({ id: 'Call' });

/** The same with the end user who made it, where somebody may know that. */
export function showListedCall(call: CallRecord, endUser: EndUser | undefined): z.output<typeof callItem> {
  return { ...showCall(call), end_user: endUser === undefined ? null : { id: endUser.externalId } };
}

/** A call as the log has it. */
export function showCall(call: CallRecord): Omit<z.output<typeof callItem>, 'end_user'> {
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
    type: call.effect,
    status: call.status,
    reason: call.reason,
    message: call.message,
    duration_ms: call.durationMs,
    approval_id: call.approvalId,
    request_id: call.requestId,
  };
}
