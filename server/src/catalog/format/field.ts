import { z } from 'zod';
import { key } from './parts.ts';

/** One value a person is asked for when connecting. `secret: true` is obeyed by form, vault, logs and shapes. */
export const fieldSchema = z.strictObject({
  key,
  label: z.string().min(1).max(80),
  type: z.enum(['text', 'url', 'email', 'number', 'boolean', 'select', 'multiline']).default('text'),
  required: z.boolean().default(true),
  secret: z.boolean().default(false),
  help: z.string().max(500).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  choices: z
    .array(z.strictObject({ value: z.string(), label: z.string() }))
    .min(1)
    .optional(),
  /** Guides a form; never a reason to refuse (RULINGS 001.2). */
  pattern: z.string().max(300).optional(),
  placeholder: z.string().max(120).optional(),
  /** Taken as it is: white space around it counts, and empty is a value of its own, not a reason for the default. */
  verbatim: z.boolean().optional(),
  /** Asked for in these ways of signing in only; absent: in all. */
  auth_modes: z.array(z.string()).optional(),
});
