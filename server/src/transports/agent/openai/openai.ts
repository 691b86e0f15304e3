import type { JsonObject } from '../../../lib/json.ts';
import { agentUrl } from '../agent-url.ts';
import type { AgentAddress, AgentPlace, AgentProtocol } from '../protocol.ts';
import { completionBody } from './build-completion.ts';
import { gatherCompletion } from './gather-completion.ts';
import { readCompletion } from './read-completion.ts';

/** The chat completions API of OpenAI, which many servers speak. It keeps no conversation: all of it is sent with every call. */
export const openai: AgentProtocol = {
  words: 'OpenAI-compatible chat completions connector for chat agents and models',
  check: checkConfig,
  address: addressOf,
  body: completionBody,
  read: readCompletion,
  gather: gatherCompletion,
};

function checkConfig({ model, temperature, maxTokens, system, path }: JsonObject): string | undefined {
  if (model === undefined || model === null || model === '') return 'config.model is required: name the model to ask.';
  if (typeof model !== 'string') return 'config.model must be a text.';
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature >= 0 && temperature <= 2))
    return 'config.temperature must be a number from 0 to 2.';
  if (maxTokens !== undefined && !(typeof maxTokens === 'number' && Number.isSafeInteger(maxTokens) && maxTokens > 0))
    return 'config.maxTokens must be a whole number above 0.';
  if (system !== undefined && typeof system !== 'string') return 'config.system must be a text.';
  return path === undefined ? undefined : checkPath(path);
}

function checkPath(path: unknown): string | undefined {
  const wrong = 'config.path must be a path beneath the base URL, such as /chat/completions.';
  if (typeof path !== 'string' || !path.startsWith('/')) return wrong;
  return agentUrl('http://plugboard.invalid', path).ok ? undefined : wrong;
}

function addressOf({ baseUrl, config, threadId }: AgentPlace): AgentAddress {
  if (threadId !== undefined)
    return {
      ok: false,
      error: 'Agents of type openai have no threads. Send the whole conversation as messages instead.',
    };
  return agentUrl(baseUrl, typeof config.path === 'string' ? config.path : '/chat/completions');
}
