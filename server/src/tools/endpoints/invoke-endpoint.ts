import { agentConnector } from '../../catalog/own-connectors.ts';
import { type AgentEndpoint, effectOf } from '../../connections/endpoints/endpoint.ts';
import type { Context } from '../../context.ts';
import { mayAttach, misdirected, openCredentials } from '../../credentials/open-credentials.ts';
import { Failure } from '../../errors.ts';
import { invokeAgent, streamAgent } from '../../transports/agent.ts';
import type { AgentAnswer, AgentCall, AgentEvent } from '../../transports/agent/agent-call.ts';
import { beginCall, type CallInProgress, finishCall, recordCall } from '../record-call.ts';
import type { HeldBack } from '../limits/held-back.ts';
import { learnPause } from '../limits/learn-pause.ts';
import { type CallPlace, placeOf } from '../limits/place-of.ts';
import { endTurn, takeTurn } from '../limits/take-turn.ts';
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
  try {
    const answer = 'refused' in begun ? begun.refused : await invokeAgent(begun.call);
    await end(ctx, begun, answer);
    return answer;
  } finally {
    leave(ctx, begun);
  }
}

/** The same in pieces, as they come. Who stops reading has left: the agent's run is cancelled, and that is what is recorded. */
export async function* streamEndpoint(
  ctx: Context,
  endpoint: AgentEndpoint,
  said: Said,
): AsyncGenerator<AgentEvent, void> {
  const begun = await begin(ctx, endpoint, said);
  let answer: AgentAnswer = 'refused' in begun ? begun.refused : abandoned;
  try {
    for await (const event of 'refused' in begun ? [answered(begun.refused)] : streamAgent(begun.call)) {
      if (event.event === 'answer') answer = event.answer;
      yield event;
    }
  } finally {
    leave(ctx, begun);
    await end(ctx, begun, answer);
  }
}

const elsewhere: AgentAnswer = { success: false, latencyMs: 0, error: misdirected, fault: 'refused' };
const abandoned: AgentAnswer = { success: false, latencyMs: 0, error: 'The caller left', fault: 'cut_off' };

function answered(answer: AgentAnswer): AgentEvent {
  return { event: 'answer', answer };
}

/** The limits kept it back: nothing was said to the agent. */
function heldBack(held: HeldBack): AgentAnswer {
  const told = { success: false, latencyMs: 0, error: held.message } as const;
  if (held.status === 'unavailable') return { ...told, fault: 'unreachable' };
  return { ...told, fault: 'limited', ...(held.retry_after === undefined ? {} : { retryAfter: held.retry_after }) };
}

/** On its way in its turn, or refused before anything was said. */
type Begun = { readonly spec: ToolSpec; readonly progress: CallInProgress } & (
  | { readonly call: AgentCall; readonly place: CallPlace }
  | { readonly refused: AgentAnswer }
);

async function begin(ctx: Context, endpoint: AgentEndpoint, { as, ...told }: Said): Promise<Begun> {
  const { connection, type, baseUrl } = endpoint;
  const spec = { ...agentTool(connection), name: as };
  const found = { connection, connector: agentConnector(type), spec, fixed: unfixed, switches: untouchedSwitches };
  const progress = beginCall(ctx, { found, door: 'rest', approvalId: undefined });
  const credentials = await openCredentials(ctx, connection.id);
  if (!mayAttach(credentials, baseUrl)) return { spec, progress, refused: elsewhere };
  const place = placeOf({ found, url: baseUrl });
  const held = await takeTurn(ctx, place);
  if (held) return { spec, progress, refused: heldBack(held) };
  try {
    if (spec.effect === 'write') await ctx.calls.begin(progress.record);
    return { spec, progress, place, call: agentCallOf(ctx, connection, { ...told, credentials }) };
  } catch (error) {
    endTurn(ctx, place);
    throw error;
  }
}

function leave(ctx: Context, begun: Begun): void {
  if ('place' in begun) endTurn(ctx, begun.place);
}

/** A write that was begun is finished; everything else is recorded now. */
async function end(ctx: Context, begun: Begun, answer: AgentAnswer): Promise<void> {
  const { spec, progress } = begun;
  const outcome = agentOutcome(answer, spec.effect);
  if ('refused' in begun) return void (await recordCall(ctx, progress, outcome));
  await learnPause(ctx, begun.place, { outcome });
  await (spec.effect === 'write' ? finishCall(ctx, progress, outcome) : recordCall(ctx, progress, outcome));
}
