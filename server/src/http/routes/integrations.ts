import { z } from 'zod';
import { authModes } from '../../catalog/connector.ts';
import { deleteConnection } from '../../connections/revoking/delete-connection.ts';
import { testConnection } from '../../connections/checking/test-connection.ts';
import type { Connection } from '../../connections/connection.ts';
import { addServer } from '../../connections/servers/add-server.ts';
import { editServer } from '../../connections/servers/edit-server.ts';
import { namedTransports } from '../../connections/servers/server-transport.ts';
import { describeShared, listShared, seeShared } from '../../connections/servers/shared-connections.ts';
import type { Sharing } from '../../connections/share-connection.ts';
import { refreshTools } from '../../connections/tools/refresh-tools.ts';
import type { Context } from '../../context.ts';
import { listConnectionTools } from '../../tools/list-tools.ts';
import { route, type Route } from '../route.ts';
import {
  integrationRecord,
  integrationTest,
  integrationTool,
  showIntegration,
  showIntegrationTool,
  showTest,
} from '../shapes/integration.ts';
import { cutList } from '../shapes/list.ts';
import { knownCrew } from './connectors.ts';
import { toolSwitchRoute } from './tool-switch.ts';

const tag = 'Connectors';
const contract = '001';
const path = '/api/v1/integrations';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const manage = { role: 'MANAGER', scope: 'connections:write' } as const;
const add = { role: 'ADMIN', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });

const name = z.string().trim().min(1).max(120);
const transport = z.enum(namedTransports);
const endpoint = z.string().describe('An absolute http or https address, without credentials.');
const headers = z
  .record(z.string(), z.string())
  .describe('Sent with every request and never shown. They stay with the origin of the endpoint.');
const crew = z.string().min(1).max(100).describe('Id or slug.');

async function shown(ctx: Context, connection: Connection) {
  const [shared] = await describeShared(ctx, [connection]);
  if (shared === undefined) throw new Error('A connection was not described.');
  return showIntegration(shared);
}

const list = route({
  name: 'listIntegrations',
  method: 'GET',
  path,
  summary: 'The connections of the workspace and its crews, custom MCP servers among them, newest first.',
  tag,
  contract,
  access: read,
  query: z.object({ cursor: z.uuid().optional().describe('Goes on after this id; the Link header has it.') }),
  answers: { 200: z.array(integrationRecord) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const connections = await listShared(ctx, query.cursor);
    const page = cutList(connections, ({ id }) => `${ctx.config.publicUrl}${path}?cursor=${id}`);
    const described = await describeShared(ctx, page.shown);
    return { status: 200, headers: page.headers, body: described.map(showIntegration) };
  },
});

const create = route({
  name: 'createIntegration',
  method: 'POST',
  path,
  summary: 'Adds an MCP server that is not in the catalog. It is asked in the background.',
  tag,
  contract,
  access: add,
  body: z.object({
    name,
    transport: transport.describe('stdio: a program of the operator’s list, which Plugboard runs.'),
    endpoint: endpoint.optional(),
    headers: headers.optional(),
    command: z.string().max(100).optional().describe('With stdio: the name of the entry in the operator’s list.'),
    fields: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'With stdio: what that entry asks for. With mcp_oauth: client_id and client_secret of an OAuth client of your own, where the server registers nobody.',
      ),
    auth_mode: z.enum(authModes).optional().describe('none (default), pat (what the headers carry) or mcp_oauth.'),
    crew_id: crew.optional().describe('Id or slug; absent: for the whole workspace.'),
  }),
  answers: { 201: integrationRecord },
  failures: ['NOT_FOUND'],
  audit: 'connection.started',
  example: { body: { name: 'Time tracking', transport: 'streamable-http', endpoint: 'https://mcp.example.com/mcp' } },
  answer: async (ctx, { body }) => {
    const crewId = body.crew_id === undefined ? undefined : await knownCrew(ctx, body.crew_id);
    const { auth_mode: authMode, crew_id: _crew, ...wish } = body;
    return { status: 201, body: await shown(ctx, await addServer(ctx, { ...wish, authMode, crewId })) };
  },
});

const get = route({
  name: 'getIntegration',
  method: 'GET',
  path: `${path}/:id`,
  summary: 'One connection of the workspace or of a crew.',
  tag,
  contract,
  access: read,
  params,
  answers: { 200: integrationRecord },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeShared(ctx, params.id),
  answer: async (ctx, { found }) => ({ status: 200, body: await shown(ctx, found) }),
});

const edit = route({
  name: 'editIntegration',
  method: 'PATCH',
  path: `${path}/:id`,
  summary: 'Changes a connection; endpoint (ADMIN and above), transport and headers those of a custom server alone.',
  tag,
  contract,
  access: manage,
  params,
  body: z.object({
    name: name.optional(),
    endpoint: endpoint.optional().describe('Another origin drops the headers unless they are sent along.'),
    transport: transport.optional().describe('Of a server at an address: streamable-http or sse.'),
    headers: headers.optional(),
    is_active: z.boolean().optional(),
    crew_id: crew.nullable().optional().describe('null: for the whole workspace.'),
  }),
  answers: { 200: integrationRecord },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.changed',
  example: { body: { name: 'Time tracking' } },
  find: (ctx, { params }) => seeShared(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    const { name: label, is_active: isActive, crew_id: crewId, ...server } = body;
    const edited = await editServer(ctx, found.id, { ...server, label, isActive, sharing: readSharing(crewId) });
    return { status: 200, body: await shown(ctx, edited) };
  },
});

function readSharing(crewId: string | null | undefined): Sharing | undefined {
  if (crewId === undefined) return undefined;
  return crewId === null ? { scope: 'workspace' } : { scope: 'crew', crew: crewId };
}

const remove = route({
  name: 'deleteIntegration',
  method: 'DELETE',
  path: `${path}/:id`,
  summary: 'Revokes a connection and destroys its secrets.',
  tag,
  contract,
  access: manage,
  params,
  answers: { 204: null },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.revoked',
  find: (ctx, { params }) => seeShared(ctx, params.id),
  answer: async (ctx, { found }) => {
    await deleteConnection(ctx, found.id);
    return { status: 204 };
  },
});

const test = route({
  name: 'testIntegration',
  method: 'POST',
  path: `${path}/:id/test`,
  summary: 'Asks the provider now; what it answers is data, and the status of the connection follows it.',
  tag,
  contract,
  access: manage,
  params,
  answers: { 200: integrationTest },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  find: (ctx, { params }) => seeShared(ctx, params.id),
  answer: async (ctx, { found }) => ({ status: 200, body: showTest(await testConnection(ctx, found)) }),
});

const tools = route({
  name: 'listIntegrationTools',
  method: 'GET',
  path: `${path}/:id/tools`,
  summary: 'Every tool of a connection, those that are switched off included.',
  tag,
  contract,
  access: read,
  params,
  query: z.object({
    cursor: z
      .string()
      .max(128)
      .optional()
      .describe('Goes on after this tool; the Link header of a full answer has it.'),
  }),
  answers: { 200: z.array(integrationTool) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeShared(ctx, params.id),
  answer: async (ctx, { found, query }) => {
    if (found.isActive) await refreshTools(ctx, [found]);
    const all = await listConnectionTools(ctx, found);
    const rest = all.slice(all.findIndex(({ spec }) => spec.name === query.cursor) + 1);
    const address = `${ctx.config.publicUrl}${path}/${found.id}/tools`;
    const page = cutList(rest, ({ spec }) => `${address}?${new URLSearchParams({ cursor: spec.name })}`);
    return { status: 200, headers: page.headers, body: page.shown.map(showIntegrationTool) };
  },
});

const editTool = toolSwitchRoute({
  name: 'editIntegrationTool',
  path: `${path}/:id/tools/:name`,
  tag,
  contract,
  access: manage,
  see: seeShared,
});

export const integrationRoutes: readonly Route[] = [list, create, get, edit, remove, test, tools, editTool];
