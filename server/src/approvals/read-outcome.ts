import { z } from 'zod';
import { type Outcome, rejectedReasons } from '../transports/outcome.ts';

const rejected = z.object({
  status: z.literal('rejected'),
  reason: z.enum(rejectedReasons),
  message: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
  retry_after: z.number().exactOptional(),
  connect_url: z.string().exactOptional(),
});

const outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('ok'), output: z.unknown() }),
  rejected,
  z.object({ status: z.literal('unavailable'), message: z.string() }),
  z.object({ status: z.literal('outcome_unknown'), message: z.string() }),
]);

/** A stored outcome, as it was when it was sealed. */
export function readOutcome(value: unknown): Outcome {
  return outcome.parse(value);
}
