import type { Effect } from '../../catalog/connector.ts';
import { type Egress, EgressError, type EgressRequest, type EgressResponse } from '../../egress/egress.ts';
import type { Clock } from '../../lib/clock.ts';
import type { OnAnswer, Outcome } from '../outcome.ts';
import type { Redactor } from '../redact.ts';
import { readEgressError } from '../read-egress-error.ts';
import { buildRequest, type RequestParts } from './build-request.ts';
import { passAnswer } from './pass-answer.ts';
import { readResponse } from './read-response.ts';

/** One call of a tool that is carried over HTTP. */
export interface HttpCall extends RequestParts {
  readonly effect: Effect;
  readonly redactor: Redactor;
  readonly egress: Pick<Egress, 'request'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether a loopback address may be reached (S6): never, unless the connection was set up so. */
  readonly loopback?: boolean;
  /** For all of it, a second attempt included. Default 30,000. */
  readonly timeoutMs?: number;
  readonly onAnswer?: OnAnswer | undefined;
}

const mostRedirects = 5;

/** Carries a call over HTTP. A read that meets a connection fault is tried once more; a write is sent once, ever. */
export async function runHttp(call: HttpCall): Promise<Outcome> {
  const built = buildRequest(call);
  if (!built.ok) return built.rejected;
  const { effect, redactor, clock } = call;
  try {
    const response = await send(call, built.request);
    call.onAnswer?.(passAnswer(response, redactor, clock.now()));
    const { connector, operation } = call;
    return readResponse({ connector, operation, effect, redactor, now: clock.now() }, response);
  } catch (error) {
    if (error instanceof EgressError) return readEgressError(error, { effect, redactor });
    throw error;
  }
}

async function send(call: HttpCall, request: EgressRequest): Promise<EgressResponse> {
  const deadline = call.clock.now() + (call.timeoutMs ?? 30_000);
  try {
    return await attempt(call, request, deadline);
  } catch (error) {
    if (call.effect === 'write' || !isConnectionFault(error) || call.clock.now() >= deadline) throw error;
    return attempt(call, request, deadline);
  }
}

function attempt(call: HttpCall, request: EgressRequest, deadline: number): Promise<EgressResponse> {
  return call.egress.request({
    ...request,
    signal: call.signal,
    timeoutMs: Math.max(deadline - call.clock.now(), 1),
    redirects: call.effect === 'read' ? mostRedirects : 0,
    loopback: call.loopback ?? false,
  });
}

function isConnectionFault(error: unknown): boolean {
  return error instanceof EgressError && (error.problem === 'connect' || error.problem === 'broken');
}
