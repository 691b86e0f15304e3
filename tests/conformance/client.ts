import type { JsonObject } from '../../server/src/lib/json.ts';
import { createRedactor } from '../../server/src/lib/redact.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { widerScopes } from '../../server/src/oauth/mcp/wanted-scopes.ts';
import { callMcpTool } from '../../server/src/transports/mcp.ts';
import { createMcpSessions, type McpSessions } from '../../server/src/transports/mcp/sessions/mcp-sessions.ts';
import type { RemoteTarget } from '../../server/src/transports/mcp/mcp-target.ts';
import type { McpTool } from '../../server/src/transports/mcp/read-mcp-tool.ts';
import { noLocalServers } from '../../server/src/transports/mcp/stdio/open-local-servers.ts';
import type { Outcome } from '../../server/src/transports/outcome.ts';
import { type McpProbe, probeMcp } from '../../server/src/transports/probe-mcp.ts';
import { signInToMcp, type SignedIn, type SignInWish } from '../support/mcp-sign-in.ts';
import type { McpWorld } from '../support/mcp-world.ts';
import { asksPeople, useAskingServer } from './answering-client.ts';

/** What the suite tells a client. */
export interface Scenario {
  readonly serverUrl: string;
  readonly scenario: string;
  readonly context: {
    readonly client_id?: string;
    readonly client_secret?: string;
    readonly issuer?: string;
    readonly toolCalls?: readonly { readonly name: string; readonly arguments: JsonObject }[];
  };
}

/** How often somebody may be asked to sign in before it is given up. */
const mostSignIns = 3;

interface Client {
  readonly world: McpWorld;
  readonly scenario: Scenario;
  readonly sessions: McpSessions;
  signedIn: SignedIn | undefined;
  signIns: number;
}

/** Lists the tools of a server and calls them, signing in as often as the server has good reason to ask for. Throws why it could not. */
export async function useServer(world: McpWorld, scenario: Scenario): Promise<void> {
  if (asksPeople.has(scenario.scenario)) return useAskingServer(world, scenario.serverUrl);
  const sessions = createMcpSessions({ ...world, local: noLocalServers });
  const client: Client = { world, scenario, sessions, signedIn: undefined, signIns: 0 };
  try {
    const tools = await listTools(client);
    const calls = scenario.context.toolCalls ?? tools.map(({ name }) => ({ name, arguments: {} }));
    for (const call of calls) {
      const tool = tools.find(({ name }) => name === call.name);
      if (tool) await callTool(client, tool, madeUp(tool, call.arguments));
    }
  } finally {
    await sessions.close();
  }
}

async function listTools(client: Client): Promise<readonly McpTool[]> {
  const probe = await again(client, () => look(client), neededBy);
  if (probe.status !== 'ok') throw new Error(probe.message);
  return probe.tools;
}

async function callTool(client: Client, tool: McpTool, args: JsonObject): Promise<void> {
  const outcome = await again(client, () => call(client, tool, args), lackedBy);
  if (outcome.status !== 'ok') throw new Error(outcome.message);
}

/** What an answer says that a person has to sign in for: scopes, or anything; `undefined`: nothing. */
type Needs<T> = (answer: T) => readonly string[] | undefined;

async function again<T>(client: Client, attempt: () => Promise<T>, needs: Needs<T>): Promise<T> {
  for (;;) {
    const answer = await attempt();
    const needed = needs(answer);
    if (needed === undefined || client.signIns === mostSignIns) return answer;
    const wider = needed.length === 0 ? undefined : widerScopes(client.signedIn?.scopes ?? [], needed);
    if (needed.length > 0 && wider === undefined) return answer;
    client.signIns += 1;
    client.signedIn = await signInToMcp(client.world, wishOf(client.scenario, wider));
  }
}

function neededBy(probe: McpProbe): readonly string[] | undefined {
  return probe.status === 'auth_required' ? [] : undefined;
}

function lackedBy(outcome: Outcome): readonly string[] | undefined {
  if (outcome.status !== 'rejected') return undefined;
  return outcome.reason === 'auth' ? [] : outcome.scopes;
}

function wishOf({ serverUrl, context }: Scenario, scopes: readonly string[] | undefined): SignInWish {
  const { client_id: clientId, client_secret: secret, issuer } = context;
  if (clientId === undefined) return { serverUrl, scopes, browse };
  const clientSecret = secret === undefined ? undefined : new Secret(secret);
  return { serverUrl, scopes, browse, configured: { clientId, clientSecret, issuer } };
}

/** The authorization servers of the suite ask nobody. */
async function browse(address: string): Promise<URL> {
  const answer = await fetch(address, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '');
}

function look(client: Client): Promise<McpProbe> {
  return probeMcp({
    ...client.world,
    local: noLocalServers,
    workspaceId: client.world.db.workspaceId,
    target: targetOf(client),
    redactor: createRedactor([]),
    signal: new AbortController().signal,
    timeoutMs: 60_000,
  });
}

function call(client: Client, tool: McpTool, args: JsonObject): Promise<Outcome> {
  return callMcpTool(client.sessions, {
    key: `${client.scenario.scenario}:${client.signIns}`,
    workspaceId: client.world.db.workspaceId,
    target: targetOf(client),
    tool,
    effect: tool.effect,
    args,
    redactor: createRedactor([]),
    signal: new AbortController().signal,
  });
}

function targetOf({ scenario, signedIn }: Client): RemoteTarget {
  const headers = signedIn && { authorization: new Secret(`Bearer ${signedIn.tokens.accessToken.reveal()}`) };
  const attachment = { headers: headers ?? {}, query: {} };
  return { url: scenario.serverUrl, transport: 'streamable-http', headers: {}, attachment, loopback: true };
}

const samples: Readonly<Record<string, JsonObject[string]>> = {
  number: 1,
  integer: 1,
  boolean: true,
  array: [],
  object: {},
};

/** Arguments for whatever a tool requires. */
function madeUp({ input }: McpTool, given: JsonObject): JsonObject {
  const required = Array.isArray(input['required']) ? input['required'].map(String) : [];
  const missing = required.filter((name) => !(name in given));
  return { ...Object.fromEntries(missing.map((name) => [name, samples[typeOf(input, name)] ?? 'text'])), ...given };
}

function typeOf(input: McpTool['input'], name: string): string {
  return String(Object(Object(input['properties'])[name])['type']);
}
