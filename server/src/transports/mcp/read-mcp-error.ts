import type { Effect } from '../../catalog/connector.ts';
import { EgressError } from '../../egress/egress.ts';
import type { Outcome } from '../outcome.ts';
import { cut, providerWords } from '../../catalog/answers/provider-words.ts';
import { readEgressError } from '../read-egress-error.ts';
import type { Redactor } from '../../lib/redact.ts';
import { streamEnded } from './wire/answer-ended-streams.ts';
import { McpHttpFailure } from './mcp-http-failure.ts';
import { LocalServerFailure, programEnded } from './stdio/local-server-failure.ts';

/** What was going on when it failed: opening a session carries nothing out, so nothing is left unknown by it. */
export interface Failing {
  readonly effect: Effect;
  readonly redactor: Redactor;
}

/** What a call came to that an MCP server did not answer as the protocol says. */
export function readMcpError(error: unknown, failing: Failing): Outcome {
  const cause = causes(error).find((each) => each instanceof EgressError || each instanceof McpHttpFailure);
  if (cause instanceof EgressError) return readEgressError(cause, failing);
  if (cause instanceof McpHttpFailure) return readHttpFailure(cause, failing);
  if (error instanceof LocalServerFailure)
    return { status: 'unavailable', message: failing.redactor.text(error.message) };
  return isProtocolError(error) ? readProtocolError(error, failing) : readSilence(error, failing);
}

/** Whether the server no longer knows the session, or the call never left: it was not carried out, so it may go again. */
export function isLostSession(error: unknown): boolean {
  if (causes(error).some((each) => each instanceof EgressError && !each.sent && each.problem === 'connect'))
    return true;
  const { status, code } = factsOf(error);
  return status === 404 || code === 'NOT_CONNECTED' || (status === 400 && /session/i.test(messageOf(error)));
}

/** Whether the connection broke under a call: only a read may go again. */
export function isBrokenConnection(error: unknown): boolean {
  const { code } = factsOf(error);
  if (code === 'CONNECTION_CLOSED' || code === streamEnded) return true;
  return causes(error).some(
    (each) => each instanceof EgressError && (each.problem === 'broken' || each.problem === 'connect'),
  );
}

function readHttpFailure({ status, answer, retryAfter, challenge }: McpHttpFailure, failing: Failing): Outcome {
  const words = providerWords(failing.redactor.value(answer));
  const message = words === '' ? `The MCP server answered ${status}.` : `The MCP server answered ${status}: ${words}`;
  if (status === 401) return { status: 'rejected', reason: 'auth', message };
  if (status === 403) {
    const scopes = challenge?.error === 'insufficient_scope' ? challenge.scopes : [];
    return { status: 'rejected', reason: 'scope', message, ...(scopes.length > 0 && { scopes }) };
  }
  if (status === 429) {
    return {
      status: 'rejected',
      reason: 'rate_limit',
      message,
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
    };
  }
  return failing.effect === 'write' && (status === 502 || status === 504)
    ? unknown(message)
    : { status: 'unavailable', message };
}

/** JSON-RPC 2.0 §5.1: -32603 is the server's own fault, anything else that of what was asked. */
function readProtocolError(error: Error, { effect, redactor }: Failing): Outcome {
  if (factsOf(error).code === programEnded) {
    const words = cut(redactor.text(error.message));
    return effect === 'write' ? unknown(words) : { status: 'unavailable', message: words };
  }
  const message = `The MCP server refused the call: ${cut(redactor.text(error.message))}`;
  return factsOf(error).code === internalError
    ? { status: 'unavailable', message }
    : { status: 'rejected', reason: 'input', message };
}

const internalError = -32_603;

function readSilence(error: unknown, { effect, redactor }: Failing): Outcome {
  const { status, code } = factsOf(error);
  if (code === 'UNSUPPORTED_RESULT_TYPE') {
    return {
      status: 'rejected',
      reason: 'input',
      message: 'The MCP server wants to ask a person something first, which cannot be done from here.',
    };
  }
  if (status !== undefined) {
    const message = `The MCP server answered ${status}, which is not the protocol. Check its address.`;
    return { status: 'unavailable', message: redactor.text(message) };
  }
  const message =
    code === 'REQUEST_TIMEOUT'
      ? 'The MCP server did not answer in time.'
      : 'The MCP server broke off without an answer.';
  return effect === 'write' ? unknown(message) : { status: 'unavailable', message };
}

function unknown(message: string): Outcome {
  return { status: 'outcome_unknown', message: `${message} Whether the write took place is not known.` };
}

function isProtocolError(error: unknown): error is Error {
  const { code } = factsOf(error);
  return error instanceof Error && typeof code === 'number' && code !== streamEnded;
}

/** The SDK's errors carry a text code when they are its own, a number when the server sent them, and maybe an HTTP status. */
function factsOf(error: unknown): { status?: unknown; code?: unknown } {
  if (!(error instanceof Error)) return {};
  return { ...('status' in error ? { status: error.status } : {}), ...('code' in error ? { code: error.code } : {}) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let each = error; each instanceof Error && chain.length < 10; each = each.cause) chain.push(each);
  return chain;
}
