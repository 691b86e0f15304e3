import { z } from 'zod';
import { deleteConnection, editConnection, editToolSwitches } from '../../connections/change-connection.ts';
import type { Connection } from '../../connections/connection.ts';
import { listConnections, longestList } from '../../connections/connection-store.ts';
import { seeConnection } from '../../connections/see-connection.ts';
import { startConnection } from '../../connections/start-connection.ts';
import { submitCredentials } from '../../connections/submit-credentials.ts';
import { roleAtLeast } from '../../access/caller.ts';
import { Failure } from '../../errors.ts';
import { listConnectionTools } from '../../tools/list-tools.ts';
import { toolNamed } from '../../tools/resolve/tool-named.ts';
import { route, type Route } from '../route.ts';
import { connectionRecord, showConnection } from '../shapes/connection.ts';

const tag = 'Connections';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const write = { role: 'MEMBER', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid() });
const one = z.object({ connection: connectionRecord });

const list = route({
  name: 'listConnections',
  method: 'GET',
  path: '/api/v1/connections',
  summary: "The caller's connections, newest first.",
  tag,
  contract: '004',
  access: read,
  query: z.object({
    scope: z.enum(['personal', 'workspace']).optional().describe('workspace (MANAGER and above) adds the shared ones.'),
    cursor: z.uuid().optional().describe('Goes on after this id; the Link header of a full answer has it.'),
  }),
  answers: { 200: z.array(connectionRecord) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const shared = query.scope === 'workspace';
    if (shared && !roleAtLeast(ctx.caller.role, 'MANAGER')) {
      throw new Failure(
        'FORBIDDEN',
        'Shared connections are listed for a MANAGER and above. Leave out scope=workspace for your own.',
      );
    }
    const connections = await listConnections(ctx.db, { caller: ctx.caller, shared, before: query.cursor });
    const shown = connections.slice(0, longestList);
    const headers = connections.length > longestList ? { link: linkOn(ctx.config.publicUrl, shown, shared) } : {};
    return { status: 200, headers, body: shown.map(showConnection) };
  },
});

/** The rest of a bare array that was too long for one answer (RULINGS, Everywhere 9; RFC 8288). */
function linkOn(publicUrl: string, shown: readonly Connection[], shared: boolean): string {
  const query = new URLSearchParams({ ...(shared ? { scope: 'workspace' } : {}), cursor: shown.at(-1)?.id ?? '' });
  return `<${publicUrl}/api/v1/connections?${query}>; rel="next"`;
}

const started = z.object({
  connection: connectionRecord,
  oauthUrl: z.string().nullable(),
  credentialSubmitUrl: z.string().nullable(),
});

const start = route({
  name: 'startConnection',
  method: 'POST',
  path: '/api/v1/connections',
  summary: 'Starts a personal connection, or finds the one under the same label, and says what comes next.',
  tag,
  contract: '004',
  access: write,
  body: z.object({
    connectorSlug: z.string().min(1).max(100),
    label: z.string().trim().min(1).max(120).optional(),
    authMode: z.string().optional(),
  }),
  answers: { 200: started, 201: started },
  failures: [],
  audit: 'connection.started',
  example: { body: { connectorSlug: 'github', label: 'Personal GitHub' } },
  answer: async (ctx, { body }) => {
    const { connection, started: isNew, wantsFields } = await startConnection(ctx, body);
    const submitUrl = wantsFields ? `${ctx.config.publicUrl}/api/v1/connections/${connection.id}/credentials` : null;
    const answer = { connection: showConnection(connection), oauthUrl: null, credentialSubmitUrl: submitUrl };
    return isNew ? { status: 201, body: answer } : { status: 200, body: answer };
  },
});

const get = route({
  name: 'getConnection',
  method: 'GET',
  path: '/api/v1/connections/:id',
  summary: 'One connection.',
  tag,
  contract: '004',
  access: read,
  params,
  answers: { 200: connectionRecord },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (_ctx, { found }) => ({ status: 200, body: showConnection(found) }),
});

const edit = route({
  name: 'editConnection',
  method: 'PATCH',
  path: '/api/v1/connections/:id',
  summary: 'Renames a connection, or switches it off and on.',
  tag,
  access: write,
  params,
  body: z.strictObject({ label: z.string().trim().min(1).max(120).optional(), isActive: z.boolean().optional() }),
  answers: { 200: connectionRecord },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.changed',
  example: { body: { label: 'Production' } },
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found, body }) => ({
    status: 200,
    body: showConnection(await editConnection(ctx, found.id, body)),
  }),
});

const remove = route({
  name: 'deleteConnection',
  method: 'DELETE',
  path: '/api/v1/connections/:id',
  summary: 'Revokes a connection and destroys its secrets.',
  tag,
  contract: '004',
  access: write,
  params,
  answers: { 200: z.object({ deleted: z.literal(true) }) },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.revoked',
  answer: async (ctx, { params }) => {
    await deleteConnection(ctx, params.id);
    return { status: 200, body: { deleted: true } };
  },
});

const submit = route({
  name: 'submitCredentials',
  method: 'POST',
  path: '/api/v1/connections/:id/credentials',
  summary: 'Submits values; they count once the provider has accepted them.',
  tag,
  contract: '004',
  access: write,
  params,
  body: z.record(z.string(), z.unknown()).describe('The values by field key, or {"fields": {…}}.'),
  answers: { 200: one },
  failures: ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT', 'PROVIDER_UNAVAILABLE'],
  audit: 'connection.connected',
  example: { body: { fields: { token: 'ghp_example' } } },
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    const fields = 'fields' in body ? body['fields'] : body;
    return { status: 200, body: { connection: showConnection(await submitCredentials(ctx, found, fields)) } };
  },
});

const switches = z.object({ name: z.string(), disabled: z.boolean(), requires_confirmation: z.boolean().nullable() });

const editTool = route({
  name: 'editConnectionTool',
  method: 'PATCH',
  path: '/api/v1/connections/:id/tools/:name',
  summary: 'Switches one tool of a connection off, or makes it ask a person every time.',
  tag,
  access: write,
  params: params.extend({ name: z.string().min(1).max(128) }),
  body: z.strictObject({ disabled: z.boolean().optional(), requires_confirmation: z.boolean().optional() }),
  answers: { 200: switches },
  failures: ['NOT_FOUND'],
  audit: 'connection.tool_changed',
  example: { body: { disabled: true } },
  find: async (ctx, { params }) => {
    const connection = await seeConnection(ctx, params.id);
    const tools = await listConnectionTools(ctx, connection);
    const spec = toolNamed(
      tools.map((tool) => tool.spec),
      connection.connectorId,
      params.name,
    );
    const tool = tools.find((each) => each.spec === spec);
    if (!tool) throw new Failure('NOT_FOUND', `This connection has no tool ${params.name}.`);
    return tool;
  },
  answer: async (ctx, { found, body }) => {
    const wish = { tool: found.spec.name, disabled: body.disabled, requiresConfirmation: body.requires_confirmation };
    const now = await editToolSwitches(ctx, found.connection.id, wish);
    return {
      status: 200,
      body: { name: wish.tool, disabled: now.disabled, requires_confirmation: now.requiresConfirmation ?? null },
    };
  },
});

export const connectionRoutes: readonly Route[] = [list, start, get, edit, remove, submit, editTool];
