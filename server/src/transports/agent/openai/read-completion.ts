import { isJsonObject, isRecord, parseJson } from '../../../lib/json.ts';
import { providerWords } from '../../../catalog/answers/provider-words.ts';
import type { AgentMessage, AgentToolCall } from '../agent-call.ts';
import { refusedReading } from '../explain-failure.ts';
import type { AgentReading, AgentResponse } from '../protocol.ts';
import { readContent } from '../read-content.ts';
import { countOf, type TokensUsage } from '../tokens-usage.ts';

/** What a chat completion says: the message of its first choice. Pure. */
export function readCompletion({ body }: AgentResponse): AgentReading {
  if (!isRecord(body)) return refusedReading('The answer is not a chat completion');
  if (isFailure(body.error)) return refusedReading(`The agent failed: ${providerWords(body)}`);
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  if (!isRecord(choice) || !isRecord(choice.message)) return refusedReading('The answer is not a chat completion');
  const tokensUsage = readUsage(body.usage);
  return {
    success: true,
    messages: [readMessage(choice.message)],
    ...(tokensUsage === undefined ? {} : { tokensUsage }),
  };
}

/** Some servers send `error: null` with every answer. */
function isFailure(error: unknown): boolean {
  return isRecord(error) || (typeof error === 'string' && error !== '');
}

/** A refusal of the model is what it says. */
function readMessage({ role, content, refusal, tool_calls }: Readonly<Record<string, unknown>>): AgentMessage {
  const said = readContent(content);
  const toolCalls = Array.isArray(tool_calls) ? tool_calls.flatMap(readToolCall) : [];
  return {
    role: typeof role === 'string' && role !== '' ? role : 'assistant',
    content: said === '' ? readContent(refusal) : said,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

function readToolCall(call: unknown): AgentToolCall[] {
  if (!isRecord(call) || !isRecord(call.function) || typeof call.function.name !== 'string') return [];
  const { name, arguments: args } = call.function;
  return [{ id: typeof call.id === 'string' ? call.id : null, name, arguments: readArguments(args) }];
}

/** An object, where the model wrote one; else what it wrote. */
function readArguments(args: unknown): AgentToolCall['arguments'] {
  const parsed = typeof args === 'string' ? parseJson(args) : args;
  if (isJsonObject(parsed)) return parsed;
  return typeof args === 'string' ? args : {};
}

function readUsage(usage: unknown): TokensUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const [input, output] = [countOf(usage.prompt_tokens), countOf(usage.completion_tokens)];
  return input === undefined && output === undefined ? undefined : { input: input ?? 0, output: output ?? 0 };
}
