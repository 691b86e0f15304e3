import { Failure } from '../../errors.ts';
import { Secret } from '../../lib/secret.ts';
import { isSendable, isUsable } from '../../transports/http/merge-headers.ts';
import { maskOf } from './mask.ts';

/** Headers by their names as they were given. */
export type Headers = Readonly<Record<string, Secret>>;

const mostHeaders = 50;
const longestTogether = 16_000;

/**
 * Headers as somebody sent them. A value that is our mask of a `known` one keeps it (S17); any other that cannot be sent is
 * refused. Throws BAD_REQUEST naming the header, never its value.
 */
export function readHeaders(given: Readonly<Record<string, string>>, known: Headers = {}): Headers {
  const entries = Object.entries(given);
  if (entries.length > mostHeaders) throw new Failure('BAD_REQUEST', `At most ${mostHeaders} headers can be set.`);
  const names = new Set(entries.map(([name]) => name.toLowerCase()));
  if (names.size < entries.length)
    throw new Failure('BAD_REQUEST', 'A header is given twice: their names differ in nothing but case.');
  const headers = entries.map(([name, value]) => [name, readHeader(name, value, known)] as const);
  const together = headers.reduce((size, [name, value]) => size + name.length + value.reveal().length, 0);
  if (together > longestTogether)
    throw new Failure('BAD_REQUEST', `The headers are longer than ${longestTogether} characters together.`);
  return Object.fromEntries(headers);
}

function readHeader(name: string, value: string, known: Headers): Secret {
  if (!isUsable(name.toLowerCase()))
    throw new Failure('BAD_REQUEST', `headers: "${name.slice(0, 100)}" is no header that can be set.`);
  const kept = valueNamed(known, name);
  if (kept !== undefined && maskOf(kept) === value) return kept;
  if (isSendable(value)) return new Secret(value);
  throw new Failure('BAD_REQUEST', `headers: the value of "${name}" cannot be sent. Send it in clear, not masked.`);
}

function valueNamed(headers: Headers, name: string): Secret | undefined {
  return Object.entries(headers).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}
