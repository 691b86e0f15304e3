import { headerSecrets } from '../../auth-modes/connection-headers.ts';
import type { Connector } from '../../catalog/connector.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { Secret } from '../../lib/secret.ts';
import { isSendable, isUsable } from '../../transports/http/merge-headers.ts';
import { isOfTheProtocol } from '../../transports/mcp/protocol-headers.ts';
import { type BodyProblem, refusal, refuseAny } from './refuse-body.ts';

const mostHeaders = 30;
const longestName = 100;
const longestValue = 8192;

/**
 * The headers of a connection as secrets of it (RULINGS 000.3), white space around their values dropped. Throws
 * INVALID_INPUT for what no call may set and for what is no header.
 */
export function readHeaders(
  { mcp, sql }: Pick<Connector, 'mcp' | 'sql'>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, Secret>> {
  const named = Object.entries(given).map(([name, value]) => ({ name, value: value.trim() }));
  if (sql && named.length > 0) throw refusal(pointer('headers'), 'A database takes no headers. Leave them out.');
  if (named.length > mostHeaders) throw refusal(pointer('headers'), `A connection has at most ${mostHeaders} headers.`);
  refuseAny([...named.flatMap(problemsWith), ...repeated(named)]);
  if (mcp) refuseAny(named.flatMap(protocolProblems));
  return headerSecrets(Object.fromEntries(named.map(({ name, value }) => [name, new Secret(value)])));
}

interface NamedValue {
  readonly name: string;
  readonly value: string;
}

function problemsWith({ name, value }: NamedValue): BodyProblem[] {
  const message = wrongWith(name.toLowerCase(), value);
  return message === undefined ? [] : [{ path: pointer('headers', name.slice(0, longestName)), message }];
}

function protocolProblems({ name }: NamedValue): BodyProblem[] {
  if (!isOfTheProtocol(name.toLowerCase())) return [];
  return [{ path: pointer('headers', name), message: 'This header belongs to the protocol of MCP. Leave it out.' }];
}

function wrongWith(name: string, value: string): string | undefined {
  if (name.length > longestName) return `The name of a header has at most ${longestName} characters.`;
  if (!isUsable(name)) return 'This header cannot be set: it is none, or belongs to the line and not to the call.';
  if (value === '') return 'The value of this header is empty.';
  if (value.length > longestValue) return `The value of a header has at most ${longestValue} characters.`;
  return isSendable(value) ? undefined : 'The value of this header holds characters that no header can.';
}

function repeated(named: readonly NamedValue[]): BodyProblem[] {
  const names = named.map(({ name }) => name.toLowerCase());
  return named
    .filter((_, index) => names.indexOf(names[index] ?? '') < index)
    .map(({ name }) => ({ path: pointer('headers', name), message: 'This header is named twice.' }));
}
