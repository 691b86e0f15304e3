import { type AgentType, agentTypes, type Connector, connectorSchema, type Field } from './connector.ts';
import type { Program } from './format/mcp.ts';
import { digestOf } from '../lib/digest.ts';

/** The id of custom MCP servers: taken, so that no folder of the catalog is called so. */
export const customServerId = 'mcp';

/** A custom MCP server: a connection of it names its address and brings its own headers, or its own OAuth client (RULINGS 001.9). */
export const customServer = own(
  {
    schema: 1,
    id: customServerId,
    name: 'Custom MCP server',
    version: '1.0.0',
    description: 'An MCP server that is not in the catalog.',
    category: 'custom',
    auth_mode: 'none',
    auth_modes: ['none', 'pat', 'mcp_oauth'],
    brand_logo: 'modelcontextprotocol',
    brand_color: '#000000',
    fields: [
      { key: 'client_id', label: 'OAuth client ID', required: false, auth_modes: ['mcp_oauth'] },
      { key: 'client_secret', label: 'OAuth client secret', required: false, secret: true, auth_modes: ['mcp_oauth'] },
    ],
    verify: { kind: 'mcp' },
    mcp: { url: 'https://mcp.invalid/' },
  },
  undefined,
);

/** A program of the operator's list, as a custom MCP server that runs here (S4). */
export function listedServer({ name, fields, program }: ListedProgram): Connector {
  const mode = fields.some(({ secret }) => secret) ? 'pat' : 'none';
  return own(
    {
      schema: 1,
      id: customServerId,
      name,
      version: '1.0.0',
      description: 'A program of the list that the operator of this installation keeps.',
      category: 'custom',
      auth_mode: mode,
      brand_logo: 'modelcontextprotocol',
      brand_color: '#000000',
      fields,
      verify: { kind: 'mcp' },
      mcp: { ...program, transport: 'stdio' },
    },
    undefined,
  );
}

interface ListedProgram {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly program: Program;
}

/** What agent endpoints are connections of (RULINGS 002). */
const agents: Readonly<Record<AgentType, Connector>> = {
  langgraph: ownAgent('langgraph'),
  openai: ownAgent('openai'),
};

/** A connector that is made of code alone and in no list; `undefined` for every other id. */
export function ownConnector(id: string): Connector | undefined {
  if (id === customServerId) return customServer;
  const type = agentTypes.find((each) => agentConnectorId(each) === id);
  return type && agents[type];
}

/** What an agent endpoint of this type is a connection of. */
export function agentConnector(type: AgentType): Connector {
  return agents[type];
}

/** With a colon, so that no connector of the catalog is called so. */
export function agentConnectorId(type: AgentType): string {
  return `agent:${type}`;
}

/** Whether a connection of this connector is an agent endpoint, which only the projects list. */
export function isAgentConnector(id: string): boolean {
  return id.startsWith('agent:');
}

function ownAgent(type: AgentType): Connector {
  const connector = own(
    {
      schema: 1,
      id: 'agent',
      name: 'Agent endpoint',
      version: '1.0.0',
      description: 'An agent back-end that is invoked with messages.',
      category: 'agents',
      auth_mode: 'none',
      brand_color: '#444444',
    },
    type,
  );
  return { ...connector, id: agentConnectorId(type) };
}

function own(manifest: unknown, agent: AgentType | undefined): Connector {
  const parsed = connectorSchema.parse(manifest);
  const [first = parsed.auth_mode, ...others] = parsed.auth_modes ?? [];
  return { ...parsed, auth_modes: [first, ...others], digest: digestOf(parsed), source: 'built-in', agent };
}
