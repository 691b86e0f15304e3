import { customServer } from '../../catalog/own-connectors.ts';
import type { Context } from '../../context.ts';
import { EgressError } from '../../egress/egress.ts';
import { Failure } from '../../errors.ts';
import { spelled, wrongAddress } from '../values/server-address.ts';
import { mayUseLoopback } from '../values/submitted-values.ts';

const longest = 2_000;

/** The address of an MCP server in its one spelling. Throws BAD_REQUEST, in words, for what is none or may never be reached (S6). */
export async function readEndpoint(
  ctx: Pick<Context, 'caller' | 'config' | 'egress'>,
  given: string | undefined,
): Promise<string> {
  if (given === undefined) throw new Failure('BAD_REQUEST', 'endpoint is missing.');
  const problem = given.length > longest ? tooLong : wrongAddress(given, { query: true });
  if (problem !== undefined) throw new Failure('BAD_REQUEST', `endpoint ${problem}.`);
  const endpoint = spelled(given);
  try {
    await ctx.egress.check(endpoint, { loopback: mayUseLoopback(ctx, customServer) });
  } catch (cause) {
    if (!(cause instanceof EgressError)) throw cause;
    throw new Failure('BAD_REQUEST', `endpoint: ${cause.message}`, { cause });
  }
  return endpoint;
}

const tooLong = `is longer than ${longest} characters`;
