import { z } from 'zod';
import { type AgentType, agentTypes, type Effect } from '../../catalog/connector.ts';
import { agentConnectorId } from '../../catalog/own-connectors.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import type { Connection } from '../connection.ts';

/** What a connection to an agent back-end keeps in clear, besides its name. */
export interface EndpointSettings {
  readonly type: AgentType;
  /** As it was given: absolute, http or https. */
  readonly baseUrl: string;
  /** Names of the headers as they were given; their values are secrets of the connection. */
  readonly headerNames: readonly string[];
  /** What the type asks for: `assistantId`, `configurable`, `model` …, and `effect`. */
  readonly config: JsonObject;
}

/** An agent back-end in a project (contract 002): a connection, and what its configuration means. */
export interface AgentEndpoint extends EndpointSettings {
  readonly connection: Connection;
  readonly projectId: string;
  readonly name: string;
}

const kept = z.object({
  base_url: z.string(),
  headers: z.array(z.string()),
  config: z.custom<JsonObject>(isJsonObject),
});

/** The settings that a connection of an agent connector holds. */
export function readEndpointSettings({
  connectorId,
  config,
}: Pick<Connection, 'connectorId' | 'config'>): EndpointSettings {
  const type = agentTypes.find((each) => agentConnectorId(each) === connectorId);
  if (type === undefined) throw new Error(`A connection of ${connectorId} is no agent endpoint.`);
  const { base_url: baseUrl, headers: headerNames, config: own } = kept.parse(config);
  return { type, baseUrl, headerNames, config: own };
}

/** The same as the connection's `config`. */
export function keepEndpointSettings({ baseUrl, headerNames, config }: EndpointSettings): JsonObject {
  return { base_url: baseUrl, headers: headerNames, config };
}

/** What an agent may do when it is invoked: anything, unless its configuration says that it only reads (RULINGS 002.9). */
export function effectOf({ config }: Pick<EndpointSettings, 'config'>): Effect {
  return config['effect'] === 'read' ? 'read' : 'write';
}
