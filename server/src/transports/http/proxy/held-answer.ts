import { z } from 'zod';

/** A provider's answer to a raw request that nobody was there to take, as it is kept for whoever asked. */
export const heldAnswer = z
  .object({
    status: z.int().min(100).max(599),
    headers: z.record(z.string(), z.string()),
    /** Text as it is, bytes in base64; nothing where it is left out. */
    body: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    /** Why the body is left out, in a sentence. */
    left_out: z.string().exactOptional(),
  })
  .meta({ id: 'HeldAnswer' });
export type HeldAnswer = Readonly<z.output<typeof heldAnswer>>;
