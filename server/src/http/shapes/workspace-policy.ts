import { z } from 'zod';
import {
  approvalTtl,
  destructiveRules,
  type PolicyInForce,
  readRules,
  writeRules,
} from '../../access/policy/workspace-policy.ts';

const rules = {
  writes: z.enum(writeRules).describe('`ask`: every write waits for a person, whatever a key or an agent was granted.'),
  destructive: z
    .enum(destructiveRules)
    .describe('`always_ask`: a tool that destroys waits for a person even where writes may run unasked.'),
  reads: z.enum(readRules).describe('`ask`: reads wait for a person, too.'),
  approval_ttl: z
    .number()
    .int()
    .min(approvalTtl.least)
    .max(approvalTtl.most)
    .describe('How long a call waits for its decision before it expires, in seconds: 5 minutes to 7 days.'),
  second_person: z
    .boolean()
    .describe(
      'A call on a shared connection is decided by another person than the one whose credential asked. A personal connection stays with its owner.',
    ),
};

/** What a workspace demands of every call. */
export const workspacePolicyItem = z
  .object({ ...rules, version: z.number().int().describe('Grows with every change; approvals are bound to it.') })
  .meta({ id: 'WorkspacePolicy' });

/** What of it is to change; what is left out stays. */
export const workspacePolicyEdit = z
  .strictObject(rules)
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'needs at least one rule');

export function showPolicy(policy: PolicyInForce): z.output<typeof workspacePolicyItem> {
  const { writes, destructive, reads, approvalTtl, secondPerson, version } = policy;
  return { writes, destructive, reads, approval_ttl: approvalTtl, second_person: secondPerson, version };
}
