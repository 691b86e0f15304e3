import type { AgentType } from '../../catalog/connector.ts';
import type { Egress } from '../../egress/egress.ts';
import type { Clock } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Redactor } from '../../lib/redact.ts';

/** One message of a conversation with an agent, its content as one text. */
export interface AgentMessage {
  readonly role: string;
  readonly content: string;
  /** Tools the agent wants called or has called, as its server tells of them. */
  readonly toolCalls?: readonly AgentToolCall[];
  /** In a message of role `tool`: the call whose result it is. */
  readonly toolCallId?: string;
}

export interface AgentToolCall {
  readonly id: string | null;
  readonly name: string;
  readonly arguments: JsonObject | string;
}

/** What is said to an agent, and how it is reached. */
export interface AgentCall {
  readonly type: AgentType;
  /** Absolute, http or https. */
  readonly baseUrl: string;
  /** Sent with every request, opened only while it is built. */
  readonly headers: Readonly<Record<string, Secret>>;
  /** What the type asks for: `assistantId`, `configurable`, `model` … */
  readonly config: JsonObject;
  readonly messages: readonly AgentMessage[];
  readonly threadId?: string | undefined;
  readonly egress: Pick<Egress, 'request' | 'stream'>;
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Whether a loopback address may be reached (S6). */
  readonly loopback: boolean;
  /** Aborted when the caller leaves: the agent's run is cancelled then. */
  readonly signal: AbortSignal;
  /** Milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
}

/**
 * Whose fault a failure is (R2). `refused`: the agent, or a rule of ours, says no, and will say it again: 3xx, 4xx, an
 * error it reports, an answer that is not an agent's. `limited`: a rate limit, 429. `unreachable`: nothing was carried out, and later it may be: no
 * connection, 408, 5xx. `cut_off`: the request was sent and its answer is lost, so the work may have been done:
 * out of time, cancelled, broken off, too large, 502, 504.
 */
export type AgentFault = 'refused' | 'limited' | 'unreachable' | 'cut_off';

/** What an agent answered (contract 002), or why not. `latencyMs` is the time it took. */
export type AgentAnswer =
  | {
      readonly success: true;
      readonly latencyMs: number;
      readonly messages: readonly AgentMessage[];
      readonly tokensUsage?: { readonly input: number; readonly output: number };
      readonly threadId?: string;
    }
  | {
      readonly success: false;
      readonly latencyMs: number;
      /** `HTTP 400: invalid_request`, `Connection refused`: never a stack trace. */
      readonly error: string;
      /** At most 2,000 characters of what came back. */
      readonly rawResponse?: string;
      readonly fault: AgentFault;
      /** Seconds, where the agent’s server refuses for its rate limit and says when to come back. */
      readonly retryAfter?: number;
    };

/** What happens while an agent answers: pieces of text as they come, and the whole answer last. */
export type AgentEvent =
  | { readonly event: 'delta'; readonly content: string }
  | { readonly event: 'answer'; readonly answer: AgentAnswer };
