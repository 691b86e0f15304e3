import type { JsonObject } from '../../lib/json.ts';
import type { AgentAnswer, AgentCall } from './agent-call.ts';

/** Where an agent is asked. */
export interface AgentPlace extends Pick<AgentCall, 'baseUrl' | 'config'> {
  readonly threadId?: string | undefined;
}

/** What is said to an agent, without what only carrying it needs. */
export interface AgentAsk extends AgentPlace, Pick<AgentCall, 'messages'> {
  /** Of this call alone. */
  readonly callId: string;
  /** Whether the answer is wanted in pieces. */
  readonly streamed: boolean;
}

export type AgentAddress =
  | { readonly ok: true; readonly url: string }
  /** A sentence that says why there is none. */
  | { readonly ok: false; readonly error: string };

/** An answer of status 2xx without secrets: its JSON, or its text where it is not JSON. */
export interface AgentResponse {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What an answer says; how long it took, and what it looked like, is added by whoever carries it. */
export type AgentReading = AgentAnswer extends infer Answer
  ? Answer extends AgentAnswer
    ? Omit<Answer, 'latencyMs'>
    : never
  : never;

/** One event of an answer: its JSON, or its text where it is not JSON. */
export interface AgentStreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Puts an answer together from its events. */
export interface Gatherer {
  /** The text that an event adds to the answer; empty where it adds none. */
  take(event: AgentStreamEvent): string;
  /** The body that the back-end would have answered at once; `undefined` where the answer broke off. */
  whole(): unknown;
}

/** One request beside the call itself; resolves with the JSON of a 2xx answer, else with `undefined`. */
export type SideRequest = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: JsonObject;
}) => Promise<unknown>;

/** How one type of back-end is spoken to. All but `cancel` is pure. */
export interface AgentProtocol {
  /** What the type is, for people (RULINGS 002.3). */
  readonly words: string;
  /** Where the error's own words stand in a refusal, before the usual places. */
  readonly errorPath?: string;
  /** A sentence naming what is missing or wrong. */
  check(config: JsonObject): string | undefined;
  /** Where a POST asks the agent. */
  address(place: AgentPlace, streamed: boolean): AgentAddress;
  body(ask: AgentAsk): JsonObject;
  read(response: AgentResponse, ask: AgentAsk): AgentReading;
  gather(): Gatherer;
  /** Ends what the back-end still does for a call whose answer nobody will read. `request` never throws. */
  cancel?(ask: AgentAsk, request: SideRequest): Promise<void>;
}
