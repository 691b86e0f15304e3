import { z } from 'zod';
import { parseJson } from '../../lib/json.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';
import '../tables.ts';

/** `ask`: every write waits for a person, whatever a key or an agent was granted. */
export const writeRules = ['allow_unasked', 'ask'] as const;
/** `always_ask`: what destroys waits for a person even where writes may run unasked. */
export const destructiveRules = ['as_writes', 'always_ask'] as const;
/** `ask`: reads wait for a person, too. */
export const readRules = ['run', 'ask'] as const;
/** How long a call may wait for its decision, in seconds: 5 minutes to 7 days, a day unless it is changed. */
export const approvalTtl = { least: 300, usual: 86_400, most: 604_800 } as const;

/** What a workspace demands of every call, whoever asks: a floor that no key, agent or switch goes below. */
export interface WorkspacePolicy {
  readonly writes: (typeof writeRules)[number];
  readonly destructive: (typeof destructiveRules)[number];
  readonly reads: (typeof readRules)[number];
  /** Seconds. */
  readonly approvalTtl: number;
  /** A call on a shared connection is decided by another person than the one whose credential asked. */
  readonly secondPerson: boolean;
}

/** A policy, and how often the workspace has changed it: approvals are bound to this number (S13). */
export interface PolicyInForce extends WorkspacePolicy {
  readonly version: number;
}

/** What holds where nobody changed anything. */
export const usualPolicy: WorkspacePolicy = {
  writes: 'allow_unasked',
  destructive: 'as_writes',
  reads: 'run',
  approvalTtl: approvalTtl.usual,
  secondPerson: false,
};

/** The policy of the workspace as it stands. */
export async function policyOf(db: WorkspaceRows): Promise<PolicyInForce> {
  const state = await db.rows.selectFrom('workspace_state').select(['policy', 'policy_version']).executeTakeFirst();
  return { ...readPolicy(state?.policy ?? '{}'), version: state?.policy_version ?? 1 };
}

/** Stores the policy under a new version: whatever was asked for under another one is void from here on (S13). */
export async function putPolicy(trx: WorkspaceTrx, policy: WorkspacePolicy): Promise<void> {
  await trx.rows
    .updateTable('workspace_state')
    .set((eb) => ({ policy: JSON.stringify(policy), policy_version: eb('policy_version', '+', 1) }))
    .execute();
}

/** A rule that is missing is the usual one; one that we do not know, because a newer version wrote it, is the strictest. */
const stored = z.object({
  writes: z.enum(writeRules).default(usualPolicy.writes).catch('ask'),
  destructive: z.enum(destructiveRules).default(usualPolicy.destructive).catch('always_ask'),
  reads: z.enum(readRules).default(usualPolicy.reads).catch('ask'),
  approvalTtl: z.number().default(usualPolicy.approvalTtl).catch(approvalTtl.least),
  secondPerson: z.boolean().default(usualPolicy.secondPerson).catch(true),
});
const strictest: WorkspacePolicy = {
  writes: 'ask',
  destructive: 'always_ask',
  reads: 'ask',
  approvalTtl: approvalTtl.least,
  secondPerson: true,
};

/** The policy as the database holds it. */
export function readPolicy(text: string): WorkspacePolicy {
  const parsed = stored.safeParse(parseJson(text));
  return parsed.success ? parsed.data : strictest;
}

/** Whether a change lets anything pass that was held before: a person has to make it (S3). */
export function loosens(before: WorkspacePolicy, after: WorkspacePolicy): boolean {
  return (
    (before.writes === 'ask' && after.writes !== 'ask') ||
    (before.destructive === 'always_ask' && after.destructive !== 'always_ask') ||
    (before.reads === 'ask' && after.reads !== 'ask') ||
    (before.secondPerson && !after.secondPerson) ||
    after.approvalTtl > before.approvalTtl
  );
}
