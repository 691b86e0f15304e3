import { type AgentType, agentTypes } from '../../catalog/connector.ts';
import { Failure } from '../../errors.ts';
import { type JsonObject, isJsonObject } from '../../lib/json.ts';
import { checkAgentConfig } from '../../transports/agent.ts';

const longest = 64_000;
const deepest = 32;

/** The type that is meant. Throws BAD_REQUEST with those there are. */
export function readType(given: string): AgentType {
  const type = agentTypes.find((each) => each === given);
  if (type !== undefined) return type;
  throw new Failure('BAD_REQUEST', `type must be one of: ${agentTypes.join(', ')}.`);
}

/** The configuration, where it is what this type asks for. Throws BAD_REQUEST naming what is missing. */
export function readConfig(type: AgentType, given: unknown): JsonObject {
  if (!isJsonObject(given)) throw new Failure('BAD_REQUEST', 'config must be an object.');
  if (!isShallow(given, deepest)) throw new Failure('BAD_REQUEST', `config is nested deeper than ${deepest} levels.`);
  if (JSON.stringify(given).length > longest)
    throw new Failure('BAD_REQUEST', `config is longer than ${longest} characters.`);
  const problem = checkAgentConfig(type, given);
  if (problem !== undefined) throw new Failure('BAD_REQUEST', problem);
  return given;
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}
