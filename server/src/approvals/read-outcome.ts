import { z } from 'zod';
import { heldAnswer } from '../transports/http/proxy/held-answer.ts';
import { type Outcome, rejectedReasons } from '../transports/outcome.ts';

const rejected = z.object({
  status: z.literal('rejected'),
  reason: z.enum(rejectedReasons),
  message: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
  retry_after: z.number().exactOptional(),
  connect_url: z.string().exactOptional(),
  scopes: z.array(z.string()).exactOptional(),
  answer: heldAnswer.exactOptional(),
});

const outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), output: z.unknown() }),
  rejected,
  z.object({ status: z.literal('unavailable'), message: z.string(), answer: heldAnswer.exactOptional() }),
  z.object({ status: z.literal('outcome_unknown'), message: z.string(), answer: heldAnswer.exactOptional() }),
]);

/** A stored outcome, as it was when it was sealed. */
export function readOutcome(value: unknown): Outcome {
  return outcome.parse(value);
}
