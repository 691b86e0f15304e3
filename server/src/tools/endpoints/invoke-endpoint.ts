import { agentConnector } from '../../catalog/own-connectors.ts';
import { type AgentEndpoint, effectOf } from '../../connections/endpoints/endpoint.ts';
import type { Context } from '../../context.ts';
import { mayAttach, misdirected, openCredentials } from '../../credentials/open-credentials.ts';
import { Failure } from '../../errors.ts';
import { invokeAgent, streamAgent } from '../../transports/agent.ts';
import type { AgentAnswer, AgentCall, AgentEvent } from '../../transports/agent/agent-call.ts';
import { beginCall, type CallInProgress, finishCall, recordCall } from '../record-call.ts';
import { agentTool } from '../specs/agent-tool.ts';
import { unfixed } from '../specs/narrow-tool.ts';
import { toolAddress } from '../specs/tool-address.ts';
import type { ToolSpec } from '../specs/tool-spec.ts';
import { untouchedSwitches } from '../../connections/tools/tool-switches.ts';
import { agentCallOf } from './agent-call-of.ts';
import { agentOutcome } from './agent-outcome.ts';
import type { Conversation } from './conversation.ts';

/** What is said to an endpoint directly, and what the log of calls names it. */
export interface Said extends Conversation {
  readonly as: 'invoke' | 'test';
}

/**
 * Throws FORBIDDEN unless the caller may invoke the endpoint without a person being asked: one who is signed in, or a key
 * with `tools:write_unasked`; anybody where the agent only reads (RULINGS, Everywhere 14; 002.9).
 */
export function requireUnasked({ caller }: Pick<Context, 'caller'>, endpoint: AgentEndpoint): void {
  const isPerson = caller.via === 'session';
  if (isPerson || effectOf(endpoint) === 'read' || caller.scopes.has('tools:write_unasked')) return;
  const tool = toolAddress(endpoint.connection.handle, 'invoke');
  throw new Failure(
    'FORBIDDEN',
    `This credential lacks the scope tools:write_unasked, which invoking an agent directly takes. Call the tool ${tool} instead: it asks a person first.`,
  );
}

/** Asks the agent and waits for its whole answer. What became of it is in the log of calls, a write's intent before it is sent (R2). */
export async function invokeEndpoint(ctx: Context, endpoint: AgentEndpoint, said: Said): Promise<AgentAnswer> {
  const begun = await begin(ctx, endpoint, said);
  const answer = begun.call === undefined ? elsewhere : await invokeAgent(begun.call);
  await end(ctx, begun, answer);
  return answer;
}

/** The same in pieces, as they come. Who stops reading has left: the agent's run is cancelled, and that is what is recorded. */
export async function* streamEndpoint(
  ctx: Context,
  endpoint: AgentEndpoint,
  said: Said,
): AsyncGenerator<AgentEvent, void> {
  const begun = await begin(ctx, endpoint, said);
  let answer: AgentAnswer = begun.call === undefined ? elsewhere : abandoned;
  try {
    for await (const event of begun.call === undefined ? [answered(elsewhere)] : streamAgent(begun.call)) {
      if (event.event === 'answer') answer = event.answer;
      yield event;
    }
  } finally {
    await end(ctx, begun, answer);
  }
}

const elsewhere: AgentAnswer = { success: false, latencyMs: 0, error: misdirected, fault: 'refused' };
const abandoned: AgentAnswer = { success: false, latencyMs: 0, error: 'The caller left', fault: 'cut_off' };

function answered(answer: AgentAnswer): AgentEvent {
  return { event: 'answer', answer };
}

interface Begun {
  readonly spec: ToolSpec;
  readonly progress: CallInProgress;
  /** Absent where the secrets of the endpoint were given for another address (S1). */
  readonly call: AgentCall | undefined;
}

async function begin(ctx: Context, endpoint: AgentEndpoint, { as, ...told }: Said): Promise<Begun> {
  const { connection, type, baseUrl } = endpoint;
  const spec = { ...agentTool(connection), name: as };
  const found = { connection, connector: agentConnector(type), spec, fixed: unfixed, switches: untouchedSwitches };
  const progress = beginCall(ctx, { found, door: 'rest', approvalId: undefined });
  const credentials = await openCredentials(ctx, connection.id);
  if (!mayAttach(credentials, baseUrl)) return { spec, progress, call: undefined };
  if (spec.effect === 'write') await ctx.calls.begin(progress.record);
  return { spec, progress, call: agentCallOf(ctx, connection, { ...told, credentials }) };
}

/** A write that was begun is finished; everything else is recorded now. */
async function end(ctx: Context, { spec, progress, call }: Begun, answer: AgentAnswer): Promise<void> {
  const outcome = agentOutcome(answer, spec.effect);
  const wasBegun = call !== undefined && spec.effect === 'write';
  await (wasBegun ? finishCall(ctx, progress, outcome) : recordCall(ctx, progress, outcome));
}
