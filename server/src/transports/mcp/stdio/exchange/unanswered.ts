import type { JSONRPCMessage } from '@modelcontextprotocol/client';

/** The requests that a program has not answered yet. */
export interface Unanswered {
  sent(message: JSONRPCMessage): void;
  heard(message: JSONRPCMessage): void;
  /** Their ids; none of them waits any more. */
  giveUp(): readonly (string | number)[];
  /** `performance.now()` of the last word; `undefined` while one waits. */
  readonly idleSince: number | undefined;
}

/** Is answered when it is over: nobody waits for it (MCP 2026-07-28). */
const subscription = 'subscriptions/listen';

/** Of one program. What was cancelled waits no longer, though the program may never say so. */
export function createUnanswered(): Unanswered {
  const waiting = new Set<string | number>();
  let lastWord = performance.now();
  return {
    sent(message) {
      if (!('method' in message)) return;
      if ('id' in message && message.method !== subscription) waiting.add(message.id);
      else if (message.method === 'notifications/cancelled') waiting.delete(cancelledId(message.params));
      lastWord = performance.now();
    },
    heard(message) {
      if (!('method' in message) && message.id !== undefined) waiting.delete(message.id);
      lastWord = performance.now();
    },
    giveUp() {
      const ids = [...waiting];
      waiting.clear();
      return ids;
    },
    get idleSince() {
      return waiting.size > 0 ? undefined : lastWord;
    },
  };
}

function cancelledId(params: Readonly<Record<string, unknown>> | undefined): string | number {
  const id = params?.['requestId'];
  return typeof id === 'string' || typeof id === 'number' ? id : '';
}
