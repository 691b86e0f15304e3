import type { Context } from '../context.ts';
import { actorOf, appendEvent } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import { digestOf } from '../lib/digest.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { Outcome } from '../transports/outcome.ts';
import type { Bound } from './approval.ts';
import {
  type ApprovalRow,
  collectApproval,
  findOpen,
  insertApproval,
  moveApproval,
  type NewApprovalRow,
} from './approval-store.ts';
import { openResult, sealArguments } from './sealed-content.ts';

declare module '../events/append-event.ts' {
  interface EventTypes {
    'approval.requested': { readonly connection_id: string; readonly tool: string; readonly target: string };
    'approval.approved': { readonly connection_id: string; readonly tool: string; readonly note: string | null };
    'approval.declined': { readonly connection_id: string; readonly tool: string; readonly note: string | null };
    'approval.settled': { readonly connection_id: string; readonly tool: string; readonly status: string };
  }
}

/** A call that must wait for a person. */
export interface Ask {
  readonly bound: Bound;
  readonly connectorId: string;
  readonly effect: 'read' | 'write';
  readonly destructive: boolean;
  readonly door: 'rest' | 'mcp' | 'approval';
  readonly arguments: JsonObject;
}

/** What asking came to: it waits, or it was decided meanwhile and this is the result, handed out once. */
export type Asked =
  | { readonly waits: true; readonly approvalId: string }
  | { readonly waits: false; readonly approvalId: string; readonly outcome: Outcome };

/** How long an approval waits for its decision. */
export const approvalLifeMs = 24 * 3_600_000;

/** The digest that binds an approval to its call: the same call by the same asker has the same one (S13, RFC 8785). */
export function digestOfAsk(ask: Pick<Ask, 'bound' | 'arguments'>): string {
  return digestOf({ ...ask.bound, arguments: ask.arguments });
}

/** Stores the exact call for a person to decide, or finds what the same call by the same asker already has. */
export async function requestApproval(ctx: Context, ask: Ask): Promise<Asked> {
  const digest = digestOfAsk(ask);
  const open = await findOpen(ctx.db, { principal: ctx.caller.principal, digest });
  if (open && isOver(open, ctx)) await expire(ctx, open);
  else if (open && (open.status === 'pending' || open.status === 'executing')) return waiting(open.id);
  else if (open) return (await collect(ctx, open)) ?? requestApproval(ctx, ask);
  const row = await newRow(ctx, ask, digest);
  const stored = await ctx.db.transact((trx) => store(trx, { ctx, row }));
  return stored ? waiting(row.id) : requestApproval(ctx, ask);
}

async function expire(ctx: Context, row: ApprovalRow): Promise<void> {
  await ctx.db.transact((trx) =>
    moveApproval(trx, { id: row.id, from: 'pending', to: 'expired', at: isoTime(ctx.clock) }),
  );
}

/** False where the same call was stored by somebody faster. */
async function store(
  trx: WorkspaceTrx,
  { ctx, row }: { readonly ctx: Context; readonly row: NewApprovalRow },
): Promise<boolean> {
  if (!(await insertApproval(trx, row))) return false;
  await appendEvent(trx, ctx.clock, {
    type: 'approval.requested',
    actor: actorOf(ctx.caller),
    subject: `approval:${row.id}`,
    data: { connection_id: row.connection_id, tool: row.tool, target: row.target },
  });
  return true;
}

function waiting(approvalId: string): Asked {
  return { waits: true, approvalId };
}

function isOver(row: ApprovalRow, ctx: Pick<Context, 'clock'>): boolean {
  return row.status === 'pending' && row.expires_at <= isoTime(ctx.clock);
}

/** Hands a settled result to its asker, once; asking again after that is a new question. */
async function collect(ctx: Context, row: ApprovalRow): Promise<Asked | undefined> {
  const outcome = await settledOutcome(ctx, row);
  const first = await ctx.db.transact((trx) => collectApproval(trx, row.id, isoTime(ctx.clock)));
  return first ? { waits: false, approvalId: row.id, outcome } : undefined;
}

/** What a settled approval came to, as its asker is told. */
export async function settledOutcome(ctx: Pick<Context, 'vault' | 'db'>, row: ApprovalRow): Promise<Outcome> {
  if (row.result_box !== null) return openResult(ctx, { id: row.id, workspaceId: ctx.db.workspaceId }, row.result_box);
  if (row.status === 'declined')
    return { status: 'rejected', reason: 'declined', message: row.decision_note ?? 'A person declined this call.' };
  if (row.status === 'voided') {
    return {
      status: 'rejected',
      reason: 'voided',
      message: 'Something the approval was bound to has changed since it was asked for. Ask again.',
    };
  }
  return {
    status: 'outcome_unknown',
    message: 'The call was cut off after it was approved, so nobody knows whether it happened. It is not repeated.',
  };
}

async function newRow(ctx: Context, ask: Ask, digest: string): Promise<NewApprovalRow> {
  const now = ctx.clock.now();
  const id = newId(now);
  const { bound } = ask;
  return {
    id,
    digest,
    principal: ctx.caller.principal,
    user_id: ctx.caller.userId,
    lineage: JSON.stringify(ctx.caller.key?.lineage ?? [ctx.caller.principal]),
    door: ask.door,
    connection_id: bound.connectionId,
    connection_generation: bound.connectionGeneration,
    connector_id: ask.connectorId,
    tool: bound.tool,
    tool_digest: bound.toolDigest,
    policy_version: bound.policyVersion,
    target: bound.target,
    arguments_box: await sealArguments(ctx, { id, workspaceId: ctx.db.workspaceId }, ask.arguments),
    summary: JSON.stringify({ effect: ask.effect, destructive: ask.destructive }),
    status: 'pending',
    created_at: isoTime(ctx.clock),
    expires_at: isoTime(ctx.clock, approvalLifeMs),
    updated_at: isoTime(ctx.clock),
  };
}
