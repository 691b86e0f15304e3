import { isRecord } from '../../../lib/json.ts';
import { countOf, type TokensUsage } from '../tokens-usage.ts';
import type { StateMessage } from './new-messages.ts';

/** The tokens of all these messages; `undefined` where none of them counts any. */
export function readUsage(messages: readonly StateMessage[]): TokensUsage | undefined {
  const counted = messages.map(usageOf).filter((usage) => usage !== undefined);
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, usage) => ({ input: sum.input + usage.input, output: sum.output + usage.output }));
}

/** `usage_metadata`, or what the model's own package leaves in `response_metadata`, in either spelling. */
function usageOf({ usage_metadata, response_metadata }: StateMessage): TokensUsage | undefined {
  const { tokenUsage, token_usage, usage } = isRecord(response_metadata) ? response_metadata : {};
  return [usage_metadata, tokenUsage, token_usage, usage].map(countsIn).find((counts) => counts !== undefined);
}

function countsIn(counts: unknown): TokensUsage | undefined {
  if (!isRecord(counts)) return undefined;
  const input = countOf(counts.input_tokens, counts.promptTokens, counts.prompt_tokens);
  const output = countOf(counts.output_tokens, counts.completionTokens, counts.completion_tokens);
  return input === undefined && output === undefined ? undefined : { input: input ?? 0, output: output ?? 0 };
}
