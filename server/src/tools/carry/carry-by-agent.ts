import type { Context } from '../../context.ts';
import { invokeAgent } from '../../transports/agent.ts';
import type { Outcome } from '../../transports/outcome.ts';
import { agentCallOf } from '../endpoints/agent-call-of.ts';
import { agentOutcome } from '../endpoints/agent-outcome.ts';
import { conversation } from '../endpoints/conversation.ts';
import type { Carried } from './carry.ts';

/** Invokes the agent back-end of an agent endpoint. */
export async function carryByAgent(ctx: Context, { found, args, credentials }: Carried): Promise<Outcome> {
  const call = agentCallOf(ctx, found.connection, { ...conversation.parse(args), credentials });
  return agentOutcome(await invokeAgent(call), found.spec.effect);
}
