import { Failure } from '../../errors.ts';
import { isOfTheProtocol } from '../../transports/mcp/protocol-headers.ts';
import { type Headers, readHeaders } from '../endpoints/endpoint-headers.ts';

/** Headers for an MCP server, by names in lower case. Throws BAD_REQUEST naming the one that cannot be set, never its value. */
export function readServerHeaders(given: Readonly<Record<string, string>>, known: Headers): Headers {
  const read = Object.entries(readHeaders(given, known)).map(([name, value]) => [name.toLowerCase(), value] as const);
  const taken = read.find(([name]) => isOfTheProtocol(name));
  if (taken) throw new Failure('BAD_REQUEST', `headers: "${taken[0]}" belongs to the protocol. Leave it out.`);
  return Object.fromEntries(read);
}
