import { isRecord } from '../../lib/json.ts';
import type { Answer } from '../route.ts';

/** The id that a JSON Pointer (RFC 6901) names in an answer. Throws where nothing stands there: the route's facts are wrong. */
export function madeBeside(pointer: string, { body }: Answer): string {
  const value = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), body);
  if (typeof value === 'string') return value;
  throw new Error(`The answer has no id at ${pointer}.`);
}
