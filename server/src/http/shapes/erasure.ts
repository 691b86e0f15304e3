import { z } from 'zod';

/** What was done to forget somebody. */
export const erasureReceipt = z
  .object({
    pseudonym: z.string().describe('What stands in the records where they were named.'),
    events: z.number().int().describe('Events that named them.'),
    calls: z.number().int(),
    approvals: z.number().int(),
    connections: z.number().int().describe('Revoked connections that were theirs alone.'),
    keys: z.number().int().describe('Ended keys of theirs, deleted.'),
    invitations: z.number().int().describe('Invitations to their address, deleted.'),
    account: z
      .enum(['deleted', 'kept'])
      .describe('Kept where they are in another workspace, or operate the installation.'),
  })
  .meta({ id: 'ErasureReceipt' });
