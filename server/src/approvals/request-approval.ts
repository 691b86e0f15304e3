import type { Caller } from '../access/caller.ts';
import type { Context } from '../context.ts';
import { policyOf } from '../access/policy/workspace-policy.ts';
import { actorOf, appendEvent, systemActor } from '../events/append-event.ts';
import { isoTime } from '../lib/clock.ts';
import { digestOf } from '../lib/digest.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import type { Outcome, Rejected } from '../transports/outcome.ts';
import type { Bound } from './approval.ts';
import { aboutApproval } from './approval-events.ts';
import {
  type ApprovalRow,
  collectApproval,
  findOpen,
  holdConnection,
  insertApproval,
  moveApproval,
  type NewApprovalRow,
} from './approval-store.ts';
import { sealArguments } from './sealed-content.ts';
import { settledOutcome } from './settled-outcome.ts';

/** A call that must wait for a person. */
export interface Ask {
  readonly bound: Bound;
  readonly connectorId: string;
  /** What whoever describes the tool calls it. */
  readonly label?: string;
  readonly effect: 'read' | 'write';
  readonly destructive: boolean;
  readonly door: 'rest' | 'mcp' | 'approval';
  readonly arguments: JsonObject;
}

/** What asking came to: it waits, or it was decided meanwhile and this is the result, handed out once, or it cannot be asked. */
export type Asked =
  | { readonly waits: true; readonly approvalId: string }
  | { readonly waits: false; readonly approvalId: string; readonly outcome: Outcome }
  | { readonly refused: Rejected };

/** More than this nobody reads: arguments in bytes of JSON that a person may be asked about. */
export const mostToRead = 256 * 1024;

/** The digest that binds an approval to its call: the same call by the same asker has the same one (S13, RFC 8785). */
export function digestOfAsk(ask: Pick<Ask, 'bound' | 'arguments'>): string {
  return digestOf({ ...ask.bound, arguments: ask.arguments });
}

/**
 * Stores the exact call for a person to decide, or finds what the same call by the same asker already has. What is too large
 * to be shown whole is refused: nobody approves what they cannot read.
 */
export async function requestApproval(ctx: Context, ask: Ask): Promise<Asked> {
  if (Buffer.byteLength(JSON.stringify(ask.arguments)) > mostToRead) return { refused: tooLarge };
  const digest = digestOfAsk(ask);
  const open = await findOpen(ctx.db, ctx.clock, { principal: ctx.caller.principal, digest });
  if (open && isOver(open, ctx)) await expire(ctx, open);
  else if (open && (open.status === 'pending' || open.status === 'executing')) return waiting(open.id);
  else if (open) return (await collect(ctx, open)) ?? requestApproval(ctx, ask);
  const row = await newRow(ctx, ask, digest);
  const stored = await ctx.db.transact((trx) => store(trx, { ctx, row }));
  if (stored === 'too_late') return { refused: revoked };
  return stored === 'stored' ? waiting(row.id) : requestApproval(ctx, ask);
}

const tooLarge: Rejected = {
  status: 'rejected',
  reason: 'input',
  message: `This call needs a person to read it first, and its arguments are larger than ${mostToRead / 1024} KiB. Send less in one call.`,
};

const revoked: Rejected = {
  status: 'rejected',
  reason: 'voided',
  message: 'The connection was revoked while this call was asked for, so nobody is asked.',
};

async function expire(ctx: Context, row: ApprovalRow): Promise<void> {
  const { subject, about } = aboutApproval(row);
  await ctx.db.transact(async (trx) => {
    const move = { id: row.id, from: 'pending', to: 'expired', at: isoTime(ctx.clock) } as const;
    if (!(await moveApproval(trx, move))) return;
    await appendEvent(trx, ctx.clock, { type: 'approval.expired', actor: systemActor, subject, data: about });
  });
}

type Stored = 'stored' | 'asked_already' | 'too_late';

/** Not where the same call was stored by somebody faster, nor where the connection is gone, for which it would wait in vain. */
async function store(
  trx: WorkspaceTrx,
  { ctx, row }: { readonly ctx: Context; readonly row: NewApprovalRow },
): Promise<Stored> {
  if (!(await holdConnection(trx, ctx.storage.engine, row.connection_id))) return 'too_late';
  if (!(await insertApproval(trx, row))) return 'asked_already';
  const { subject, about } = aboutApproval(row);
  await appendEvent(trx, ctx.clock, {
    type: 'approval.requested',
    actor: actorOf(ctx.caller),
    subject,
    data: { ...about, target: row.target },
  });
  return 'stored';
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

/** Behind the token of an end user stands whoever made it (S3). */
function lineageOf({ key, endUser, principal }: Caller): readonly string[] {
  return key?.lineage ?? [...(endUser?.lineage ?? []), principal];
}

async function newRow(ctx: Context, ask: Ask, digest: string): Promise<NewApprovalRow> {
  const now = ctx.clock.now();
  const id = newId(now);
  const { bound } = ask;
  const { approvalTtl } = await policyOf(ctx.db);
  return {
    id,
    digest,
    principal: ctx.caller.principal,
    user_id: ctx.caller.userId,
    lineage: JSON.stringify(lineageOf(ctx.caller)),
    door: ask.door,
    connection_id: bound.connectionId,
    connection_generation: bound.connectionGeneration,
    connector_id: ask.connectorId,
    tool: bound.tool,
    tool_digest: bound.toolDigest,
    policy_version: bound.policyVersion,
    target: bound.target,
    arguments_box: await sealArguments(ctx, { id, workspaceId: ctx.db.workspaceId }, ask.arguments),
    summary: JSON.stringify({
      effect: ask.effect,
      destructive: ask.destructive,
      label: ask.label ?? bound.tool,
      on_behalf_of: bound.onBehalfOf,
    }),
    status: 'pending',
    created_at: isoTime(ctx.clock),
    expires_at: isoTime(ctx.clock, approvalTtl * 1000),
    updated_at: isoTime(ctx.clock),
  };
}
