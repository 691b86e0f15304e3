import { customServer } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { refusalOfEgress, spelled, wrongAddress } from '../values/server-address.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';

/** The address of an MCP server in its one spelling. Throws BAD_REQUEST, in words, for what is none or may never be reached (S6). */
export async function readEndpoint(
  ctx: Pick<Context, 'caller' | 'config' | 'egress'>,
  given: string | undefined,
): Promise<string> {
  if (given === undefined) throw new Failure('BAD_REQUEST', 'endpoint is missing.');
  const wrong = wrongAddress(given, { query: true });
  if (wrong !== undefined) throw new Failure('BAD_REQUEST', `endpoint ${wrong}.`);
  const endpoint = spelled(given);
  const refused = await refusalOfEgress(ctx.egress, endpoint, { loopback: mayUseLoopback(ctx, customServer) });
  if (refused !== undefined) throw new Failure('BAD_REQUEST', `endpoint: ${refused}`);
  return endpoint;
}
