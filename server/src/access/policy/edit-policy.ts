import { actorOf, appendEvent } from '../../events/append-event.ts';
import { type Acting, requireAuthority } from '../acting.ts';
import { bumpGeneration } from '../generations.ts';
import { loosens, policyOf, type PolicyInForce, putPolicy, type WorkspacePolicy } from './workspace-policy.ts';

declare module '../../events/append-event.ts' {
  interface EventTypes {
    'workspace.policy_changed': { readonly from: WorkspacePolicy; readonly to: WorkspacePolicy };
  }
}

/** What of the policy is to change; what is left out stays. */
export type PolicyEdit = { readonly [Rule in keyof WorkspacePolicy]?: WorkspacePolicy[Rule] | undefined };

/**
 * Changes what the workspace demands of every call. Loosening is for a person (S3): FORBIDDEN otherwise, and then nothing has
 * changed. A change voids what waits for a decision, because it was asked for under other rules (S13); none is no event.
 */
export async function editPolicy(acting: Acting, edit: PolicyEdit): Promise<PolicyInForce> {
  const { caller, clock, db } = acting;
  return db.transact(async (trx) => {
    await bumpGeneration(trx);
    const { version, ...from } = await policyOf(trx);
    const to = changed(from, edit);
    if (JSON.stringify(to) === JSON.stringify(from)) return { ...from, version };
    if (loosens(from, to)) requireAuthority(caller);
    await putPolicy(trx, to);
    const subject = `workspace:${trx.workspaceId}`;
    const data = { from, to };
    await appendEvent(trx, clock, { type: 'workspace.policy_changed', actor: actorOf(caller), subject, data });
    return { ...to, version: version + 1 };
  });
}

function changed(from: WorkspacePolicy, edit: PolicyEdit): WorkspacePolicy {
  return {
    writes: edit.writes ?? from.writes,
    destructive: edit.destructive ?? from.destructive,
    reads: edit.reads ?? from.reads,
    approvalTtl: edit.approvalTtl ?? from.approvalTtl,
    secondPerson: edit.secondPerson ?? from.secondPerson,
  };
}
