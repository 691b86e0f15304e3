import { isRecord } from '../../../lib/json.ts';
import type { Gatherer } from '../protocol.ts';
import { readContent } from '../read-content.ts';

/** Puts the completion together from its chunks. It is whole after `[DONE]`, or once a reason to finish was given. */
export function gatherCompletion(): Gatherer {
  const [said, refused]: [string[], string[]] = [[], []];
  const calls = createCallGatherer();
  let [usage, error, finished]: [unknown, unknown, boolean] = [undefined, undefined, false];
  return {
    take({ data }) {
      if (data === '[DONE]') finished = true;
      if (!isRecord(data)) return '';
      if (isRecord(data.error) || typeof data.error === 'string') error = data.error;
      if (isRecord(data.usage)) ({ usage } = data);
      const choice: unknown = Array.isArray(data.choices) ? data.choices[0] : undefined;
      if (!isRecord(choice)) return '';
      if (typeof choice.finish_reason === 'string') finished = true;
      const delta = isRecord(choice.delta) ? choice.delta : {};
      calls.take(delta.tool_calls);
      const [text, refusal] = [readContent(delta.content), readContent(delta.refusal)];
      said.push(text);
      refused.push(refusal);
      return text + refusal;
    },
    whole() {
      if (error !== undefined) return { error };
      if (!finished) return undefined;
      const message = {
        role: 'assistant',
        content: said.join(''),
        refusal: refused.join(''),
        tool_calls: calls.whole(),
      };
      return { choices: [{ message }], usage };
    },
  };
}

interface GatheredCall {
  id: unknown;
  name: string;
  arguments: string;
}

/** A tool call comes in pieces too, told apart by their index. */
function createCallGatherer(): { take(pieces: unknown): void; whole(): readonly unknown[] } {
  const calls = new Map<unknown, GatheredCall>();
  return {
    take(pieces) {
      for (const piece of Array.isArray(pieces) ? pieces.filter(isRecord) : []) {
        const call = calls.get(piece.index) ?? { id: undefined, name: '', arguments: '' };
        calls.set(piece.index, call);
        const named = isRecord(piece.function) ? piece.function : {};
        call.id ??= piece.id;
        call.name += readContent(named.name);
        call.arguments += readContent(named.arguments);
      }
    },
    whole: () =>
      [...calls.values()].map(({ id, name, arguments: args }) => ({ id, function: { name, arguments: args } })),
  };
}
