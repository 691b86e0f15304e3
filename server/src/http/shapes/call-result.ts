import { z } from 'zod';
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
    connect_url: z.string().exactOptional(),
  }),
  z.object({ status: z.literal('unavailable'), message: z.string() }),
  z.object({ status: z.literal('outcome_unknown'), message: z.string() }),
]);

/** A call that waits for a person. */
export const waitingCall = z.object({ status: z.literal('needs_approval'), approval_id: z.uuid(), url: z.string() });
