import { Failure } from '../errors.ts';

/** What may be kept of an error: our own sentences, and of anything else its name and code. A message of others may quote a secret. */
export function describeError(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof Error)) return 'It failed without saying why.';
  return 'code' in error ? `${error.name} (${String(error.code)})` : error.name;
}
