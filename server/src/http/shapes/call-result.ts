import { z } from 'zod';
import { longestWaitSeconds } from '../../tools/approving/patience.ts';
import { heldAnswer } from '../../transports/http/proxy/held-answer.ts';
import { rejectedReasons } from '../../transports/outcome.ts';

const problem = z.object({
  path: z.string().describe('JSON Pointer (RFC 6901) into the arguments.'),
  message: z.string(),
});

/** What a tool call came to when it did not have to wait (RULINGS, Everywhere 15). */
export const callOutcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), output: z.unknown() }),
  z.object({
    status: z.literal('rejected'),
    reason: z.enum(rejectedReasons),
    message: z.string(),
    problems: z.array(problem).exactOptional(),
    retry_after: z.number().exactOptional().describe('Seconds.'),
    connect_url: z.string().exactOptional().describe('A page of ours where a person puts it right.'),
    scopes: z.array(z.string()).exactOptional().describe('With `scope`: what is wanted besides what was granted.'),
    answer: heldAnswer.exactOptional().describe('Of a raw request: what the provider answered.'),
  }),
  z.object({ status: z.literal('unavailable'), message: z.string(), answer: heldAnswer.exactOptional() }),
  z.object({ status: z.literal('outcome_unknown'), message: z.string(), answer: heldAnswer.exactOptional() }),
]);

/** How long a call may wait for its decision. */
export const waitQuery = z.strictObject({
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(longestWaitSeconds)
    .optional()
    .describe(
      'Seconds to wait for a person where the call needs one; 0 answers at once. Default: what `Prefer` says, else 45.',
    ),
});

/** A call that waits for a person. */
export const waitingCall = z.object({
  status: z.literal('needs_approval'),
  approval_id: z.uuid(),
  url: z.string().describe('Where a person decides; with an end user’s token: what the app opens for them.'),
  message: z.string().exactOptional().describe('With an end user’s token: who decides.'),
});
