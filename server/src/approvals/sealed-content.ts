import type { Context } from '../context.ts';
import { isJsonObject, type JsonObject, parseJson } from '../lib/json.ts';
import { Secret } from '../lib/secret.ts';
import type { Outcome } from '../transports/outcome.ts';
import { sealedColumn } from '../vault/rotation/sealed-column.ts';
import { readOutcome } from './read-outcome.ts';

type Sealing = Pick<Context, 'vault'>;

/** Which approval, of which workspace. */
export interface ApprovalSlot {
  readonly id: string;
  readonly workspaceId: string;
}

export function sealArguments(ctx: Sealing, approval: ApprovalSlot, args: JsonObject): Promise<string> {
  return ctx.vault.seal(slotOf(approval, 'approval_arguments'), new Secret(JSON.stringify(args)));
}

export async function openArguments(ctx: Sealing, approval: ApprovalSlot, box: string): Promise<JsonObject> {
  const text = await ctx.vault.open(slotOf(approval, 'approval_arguments'), box);
  const args = parseJson(text.reveal());
  if (!isJsonObject(args)) throw new Error('The sealed arguments of an approval are no object.');
  return args;
}

export function sealResult(ctx: Sealing, approval: ApprovalSlot, outcome: Outcome): Promise<string> {
  return ctx.vault.seal(slotOf(approval, 'approval_result'), new Secret(JSON.stringify(outcome)));
}

export async function openResult(ctx: Sealing, approval: ApprovalSlot, box: string): Promise<Outcome> {
  const text = await ctx.vault.open(slotOf(approval, 'approval_result'), box);
  return readOutcome(parseJson(text.reveal()));
}

function slotOf(approval: ApprovalSlot, kind: 'approval_arguments' | 'approval_result') {
  return { kind, workspaceId: approval.workspaceId, record: approval.id, field: kind, generation: 1 } as const;
}

/** Where they lie. */
export const approvalBoxes = [
  sealedColumn({
    table: 'approvals',
    column: 'arguments_box',
    isLong: true,
    key: ['id'],
    slotOf: (workspaceId, read) => slotOf({ id: read('id'), workspaceId }, 'approval_arguments'),
  }),
  sealedColumn({
    table: 'approvals',
    column: 'result_box',
    isLong: true,
    key: ['id'],
    slotOf: (workspaceId, read) => slotOf({ id: read('id'), workspaceId }, 'approval_result'),
  }),
];
