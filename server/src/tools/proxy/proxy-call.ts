import type { Readable } from 'node:stream';
import type { WaitingCall } from '../../approvals/approval.ts';
import type { Context } from '../../context.ts';
import { Failure, type FailureCode } from '../../errors.ts';
import { type IncomingHeaders, passHeaders } from '../../transports/http/proxy/request-headers.ts';
import type { Relay, RelayedAnswer } from '../../transports/http/proxy/relay.ts';
import type { Outcome, Rejected, RejectedReason } from '../../transports/outcome.ts';
import { type CallResult, callTool } from '../call-tool.ts';
import { readHeld } from './read-held.ts';
import { proxyName, type ProxyMethod } from './proxy-tool.ts';

/** A request for a provider, as it came in. */
export interface ProxyRequest {
  /** Id or handle of the connection, or the id of its connector. */
  readonly connection: string;
  readonly method: ProxyMethod;
  /** Percent-encoded as it came, with a slash in front. */
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHeaders;
  readonly body: Readable | undefined;
  readonly bodyBytes: number | undefined;
  /** How long it may wait for a person. */
  readonly patienceMs: number;
}

/** What the provider answered, or that a person has to decide first. */
export type Proxied = { readonly answer: RelayedAnswer } | { readonly waiting: WaitingCall };

/**
 * Sends a raw request by the same rules as any tool call, and hands on what the provider answers while it arrives. Throws a
 * Failure, with what the call came to beside it, where there is no answer of the provider: only those are answered with a
 * success or with its status.
 */
export async function proxyCall(ctx: Context, request: ProxyRequest): Promise<Proxied> {
  const passed = passHeaders(request.headers);
  if (!passed.ok) throw new Failure('BAD_REQUEST', passed.message);
  const { method, path, query, connection, patienceMs } = request;
  const way = waysOf(request);
  const over = callTool(ctx, {
    tool: { connection, tool: proxyName },
    arguments: { method, path, query, headers: passed.headers },
    door: 'rest',
    patienceMs,
    relay: way.relay,
  });
  const first = await Promise.race([way.answered, over]);
  if ('headers' in first) {
    over.catch((error: unknown) => ctx.log.error({ err: error, request_id: ctx.requestId }, 'a raw request broke off'));
    return { answer: first };
  }
  return told(first, way.isTooLarge());
}

/** What goes in and comes out of a call before it is over. */
function waysOf({ body, bodyBytes }: ProxyRequest) {
  const { promise: answered, resolve: onAnswer } = Promise.withResolvers<RelayedAnswer>();
  let tooLarge = false;
  const onTooLarge = (): void => void (tooLarge = true);
  const relay: Relay = { body, bodyBytes, onAnswer, onTooLarge };
  return { answered, relay, isTooLarge: () => tooLarge };
}

function told(result: CallResult, isTooLarge: boolean): Proxied {
  if (result.status === 'needs_approval') return { waiting: result };
  const held = result.status === 'ok' ? readHeld(result.output) : readHeld(result.answer);
  if (held !== undefined) return { answer: held };
  throw failureOf(result, isTooLarge);
}

/** Never a status that clients take for a success, nor, for a write nobody knows the end of, one that they try again on. */
function failureOf(outcome: Outcome, isTooLarge: boolean): Failure {
  if (outcome.status === 'ok') return new Failure('PROVIDER_UNAVAILABLE', 'The answer of the provider was not kept.');
  const { status, message } = outcome;
  const details = { outcome: status, ...(status === 'rejected' ? { reason: outcome.reason } : {}) };
  if (isTooLarge) return new Failure('PAYLOAD_TOO_LARGE', message, { details });
  if (status === 'unavailable') return new Failure('PROVIDER_UNAVAILABLE', message, { details });
  if (status === 'outcome_unknown') return new Failure('CONFLICT', message, { details });
  return new Failure(codes[outcome.reason], message, { details, ...comeBack(outcome) });
}

function comeBack({ retry_after: retryAfter }: Rejected): { readonly retryAfter?: number } {
  return retryAfter === undefined ? {} : { retryAfter };
}

const codes: Readonly<Record<RejectedReason, FailureCode>> = {
  input: 'BAD_REQUEST',
  auth: 'CONFLICT',
  held: 'CONFLICT',
  voided: 'CONFLICT',
  connect_first: 'CONFLICT',
  scope: 'FORBIDDEN',
  disabled: 'FORBIDDEN',
  declined: 'FORBIDDEN',
  rate_limit: 'RATE_LIMITED',
};
