import type { Caller } from '../access/caller.ts';
import type { Effect } from '../catalog/connector.ts';

export const approvalStatuses = [
  'pending',
  'executing',
  'done',
  'declined',
  'expired',
  'voided',
  'outcome_unknown',
] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** What an approval is bound to (S13): at execution any difference voids it. */
export interface Bound {
  readonly principal: string;
  readonly userId: string;
  /** The member it was asked for, where somebody else's key asked. */
  readonly onBehalfOf?: string | undefined;
  readonly connectionId: string;
  readonly connectionGeneration: number;
  readonly tool: string;
  /** Of the tool's whole definition. */
  readonly toolDigest: string;
  /** Method and resolved address, e.g. `POST https://api.github.com/repos/a/b/issues`. */
  readonly target: string;
  readonly policyVersion: number;
}

/** A call waiting for a person, or what became of it. Arguments and result are sealed and not in here. */
export interface Approval extends Bound {
  readonly id: string;
  /** Over everything bound and the arguments (RFC 8785). */
  readonly digest: string;
  readonly lineage: readonly string[];
  readonly connectorId: string;
  /** As whoever describes the tool calls it. */
  readonly toolLabel: string;
  readonly effect: Effect;
  readonly destructive: boolean;
  readonly status: ApprovalStatus;
  readonly decidedBy: string | null;
  readonly decidedUserId: string | null;
  readonly decidedAt: string | null;
  readonly decisionNote: string | null;
  readonly collectedAt: string | null;
  /** When a person marked an unknown outcome as seen. */
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgementNote: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly updatedAt: string;
}

/** What a call answers that waits for a person (RULINGS, Everywhere 15). */
export interface WaitingCall {
  readonly status: 'needs_approval';
  readonly approval_id: string;
  /** Where a person decides. */
  readonly url: string;
}

/** The answer of a call that waits for this approval. */
export function waitingCall(publicUrl: string, approvalId: string): WaitingCall {
  return { status: 'needs_approval', approval_id: approvalId, url: `${publicUrl}/approvals/${approvalId}` };
}

/** Why somebody may not decide, as a sentence; `undefined` where they may. */
export type DecisionRefusal = string | undefined;

/** What decides about deciding: who asked, and whether the workspace wants another person to answer. */
export interface Question extends Pick<Approval, 'principal' | 'lineage' | 'userId'> {
  /** The workspace asks for a second person, and somebody else may use the connection. */
  readonly secondPerson: boolean;
}

/**
 * Whether this caller may decide what another asked for (RULINGS, Everywhere 13; S3): a person's session, or a key made
 * for deciding; never the credential that asked, nor one minted by it or beside it.
 */
export function refuseDecision(caller: Caller, question: Question): DecisionRefusal {
  if (!caller.scopes.has('approvals:decide')) return 'This credential lacks the scope approvals:decide.';
  if (caller.principal === question.principal)
    return 'The credential that asked cannot decide. Ask a person, or use another key.';
  if (question.secondPerson && caller.userId === question.userId)
    return 'This workspace wants a second person: somebody else than the one whose credential asked has to decide.';
  if (caller.via === 'session') return undefined;
  if (!caller.key)
    return 'A token of an identity provider cannot decide. Sign in, or use a key with the scope approvals:decide.';
  return refuseKey(caller.key, question);
}

function refuseKey(
  key: NonNullable<Caller['key']>,
  approval: Pick<Approval, 'principal' | 'lineage'>,
): DecisionRefusal {
  if (key.kind === 'agent') return 'A key of kind agent never decides.';
  if (key.lineage.includes(approval.principal)) return 'A key cannot decide what the key that made it asked for.';
  if (key.first) return undefined;
  const related = key.lineage.some((ancestor) => approval.lineage.includes(ancestor));
  return related ? 'This key and the one that asked come from the same key, so it cannot decide.' : undefined;
}
