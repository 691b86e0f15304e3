import type { Caller } from '../../access/caller.ts';
import { type PolicyInForce, policyOf } from '../../access/policy/workspace-policy.ts';
import type { Context } from '../../context.ts';

/** By caller: a key's caller is another object as soon as anything in its workspace has changed (R6). */
const known = new WeakMap<Caller, PolicyInForce>();

/** The policy of the caller's workspace: asked for once for a caller, so that the next call of a key asks no database. */
export async function policyFor({ caller, db }: Pick<Context, 'caller' | 'db'>): Promise<PolicyInForce> {
  const kept = known.get(caller);
  if (kept) return kept;
  const policy = await policyOf(db);
  known.set(caller, policy);
  return policy;
}
