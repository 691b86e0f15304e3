import { text } from 'node:stream/consumers';
import { UsageError } from '../show-error.ts';
import { streams } from '../streams.ts';

/** What is piped in, to its end. */
export function readStdin(): Promise<string> {
  return text(streams().stdin);
}

/** The object in a JSON text. Throws `UsageError` where it is none; never quotes it. */
export function objectIn(json: string, what: string): Readonly<Record<string, unknown>> {
  const value = parsed(json);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new UsageError(`${what} must be one JSON object: {"name": "value"}.`);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
