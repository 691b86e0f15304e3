import { isRecord } from '../../../lib/json.ts';
import type { Gatherer } from '../protocol.ts';
import { readContent } from '../read-content.ts';
import { roleOf } from './read-message.ts';

/** Reads a streamed run: pieces of messages (`messages-tuple`), and the state after each step, the last of which is the answer. */
export function gatherRun(): Gatherer {
  let state: unknown;
  return {
    take({ event, data }) {
      if (event === 'values') state = data;
      if (event === 'error') state = { __error__: data };
      return event === 'messages' && Array.isArray(data) ? pieceOf(data[0]) : '';
    },
    whole: () => state,
  };
}

function pieceOf(message: unknown): string {
  return isRecord(message) && roleOf(message) === 'assistant' ? readContent(message.content) : '';
}
