import { z } from 'zod';

/** Text with `${field.x}`, `${derived.x}`, `${config.public_url}` or `${arg.x}` in it, and filters: `${field.x|base64}`. */
export const template = z.string().min(1).max(4000);
/** The name of a field or a derived value. */
export const key = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'letters, digits and underscores, a letter first');
export const jsonSchema = z.record(z.string(), z.unknown());
