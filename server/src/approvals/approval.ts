import type { Effect } from '../catalog/connector.ts';
import type { Connection } from '../connections/connection.ts';

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
  /** The row of the end user of an app for whom it was asked; `undefined` where it was for none. */
  readonly endUserId: string | undefined;
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
  /** Where the address alone leads nobody to the decision: who does decide. */
  readonly message?: string;
}

/**
 * The answer of a call that waits for this approval. With the address that it gives for an end user's connection nobody
 * decides who has nothing else: the one who asked could open it, too (S3).
 */
export function waitingCall(
  publicUrl: string,
  approvalId: string,
  { endUser }: Pick<Connection, 'endUser'>,
): WaitingCall {
  const waiting = { status: 'needs_approval', approval_id: approvalId } as const;
  if (endUser === null) return { ...waiting, url: `${publicUrl}/approvals/${approvalId}` };
  return { ...waiting, url: `${publicUrl}${approvePath(approvalId)}`, message: inTheApp };
}

/** The page on which an end user decides. */
export function approvePath(approvalId: string): string {
  return `/approve/${approvalId}`;
}

const inTheApp =
  'The end user decides this call in the app, which opens the page for them. The address shows it only in a browser in which the app did.';
