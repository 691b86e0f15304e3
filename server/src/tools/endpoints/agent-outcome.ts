import type { Effect } from '../../catalog/connector.ts';
import type { AgentAnswer } from '../../transports/agent/agent-call.ts';
import type { Outcome, RejectedReason } from '../../transports/outcome.ts';

type Failed = Extract<AgentAnswer, { success: false }>;

/** An agent's answer as the outcome of a tool call (RULINGS, Everywhere 15). */
export function agentOutcome(answer: AgentAnswer, effect: Effect): Outcome {
  if (!answer.success) return failedOutcome(answer, effect);
  const { success: _success, latencyMs: _latencyMs, ...output } = answer;
  return { status: 'ok', output };
}

function failedOutcome({ fault, error, retryAfter }: Failed, effect: Effect): Outcome {
  const message = `The agent did not answer as it should: ${error.replace(/\.$/, '')}.`;
  if (fault === 'refused') return { status: 'rejected', reason: reasonOf(error), message };
  if (fault === 'limited') {
    const told = retryAfter === undefined ? {} : { retry_after: retryAfter };
    return { status: 'rejected', reason: 'rate_limit', message, ...told };
  }
  if (fault === 'unreachable' || effect === 'read') return { status: 'unavailable', message };
  return { status: 'outcome_unknown', message: `${message} Whether it did what it was told is not known.` };
}

/** By the status the agent's server gave, where it gave one. */
function reasonOf(error: string): RejectedReason {
  if (error.startsWith('HTTP 401')) return 'auth';
  return error.startsWith('HTTP 403') ? 'scope' : 'input';
}
