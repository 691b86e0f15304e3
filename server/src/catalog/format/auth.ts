import { z } from 'zod';
import { template } from './parts.ts';

/** How the secret is attached to a call: the key modes of `pat`, and the login of a database server. */
export const authSchema = z.discriminatedUnion('scheme', [
  z.strictObject({ scheme: z.literal('none') }),
  z.strictObject({ scheme: z.literal('bearer'), token: template }),
  z.strictObject({ scheme: z.literal('basic'), username: z.string().max(4000), password: z.string().max(4000) }),
  /** The user and the password that a database server is signed in to with. */
  z.strictObject({ scheme: z.literal('login'), user: template, password: template.optional() }),
  z.strictObject({
    scheme: z.literal('api_key'),
    keys: z
      .array(z.strictObject({ in: z.enum(['header', 'query']), name: template, value: template }))
      .min(1)
      .max(8),
  }),
]);
