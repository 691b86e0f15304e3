import type { AgentMessage } from '../agent-call.ts';
import { readContent } from '../read-content.ts';
import { commonRole, roleOf } from './read-message.ts';

export type StateMessage = Readonly<Record<string, unknown>>;

/** What was sent, as it would come back. */
export interface SentMessage extends Pick<AgentMessage, 'role' | 'content'> {
  readonly id: string;
}

/**
 * The messages of a state that a call brought forth: those behind the caller's own, which are known by their ids or, where
 * the server drops ids, by standing first (on a thread: by the last one's latest place). A state without them holds
 * new ones alone. Pure.
 */
export function newMessages(
  state: readonly StateMessage[],
  { sent, onThread }: { readonly sent: readonly SentMessage[]; readonly onThread: boolean },
): readonly StateMessage[] {
  const ids = new Set(sent.map(({ id }) => id));
  const kept = state.findLastIndex(({ id }) => typeof id === 'string' && ids.has(id));
  if (kept >= 0) return state.slice(kept + 1);
  if (!onThread && sent.every((message, index) => isSame(state[index], message))) return state.slice(sent.length);
  const last = sent.at(-1);
  return state.slice(state.findLastIndex((message) => last !== undefined && isSame(message, last)) + 1);
}

function isSame(message: StateMessage | undefined, { role, content }: SentMessage): boolean {
  if (message === undefined) return false;
  return roleOf(message) === commonRole(role) && readContent(message.content) === content;
}
