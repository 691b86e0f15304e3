import { z } from 'zod';
import { operationSchema } from './http.ts';
import { jsonSchema } from './parts.ts';
import { sqlOperationSchema } from './sql.ts';

export const effects = ['read', 'write'] as const;

export const toolSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,40}$/, 'at most 40 of a-z, 0-9 and underscore'),
  label: z.string().min(1).max(80),
  /** For a model. */
  description: z.string().min(10).max(1000),
  effect: z.enum(effects),
  destructive: z.boolean().default(false),
  /** What a token must be granted for it, where its connection was signed in to; absent: nothing beyond signing in. */
  scopes: z.array(z.string().min(1)).optional(),
  /** JSON Schema 2020-12 of an object. */
  input: jsonSchema,
  /** How it is carried over HTTP; a tool has either this or `sql`. */
  operation: operationSchema.optional(),
  /** How it is carried to a database. */
  sql: sqlOperationSchema.optional(),
});
