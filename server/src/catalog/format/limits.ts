import { z } from 'zod';

/** What a provider takes, where that is less than Plugboard's own limits let through, and how long its calls may take. */
export const limitsSchema = z.strictObject({
  /** Calls of one connection that may be under way at once; further ones wait for their turn. Absent: no limit of its own. */
  in_flight: z.int().min(1).max(256).optional(),
  /** Seconds that a call may take, from its turn on. Default 30. */
  timeout: z.int().min(1).max(240).optional(),
});
