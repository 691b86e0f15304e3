import { z } from 'zod';
import { editConnection } from '../../connections/change-connection.ts';
import { testConnection } from '../../connections/checking/test-connection.ts';
import { type ConnectionScope, connectionScopes } from '../../connections/connection.ts';
import { listConnections } from '../../connections/listing/list-connections.ts';
import { deleteConnection } from '../../connections/revoking/delete-connection.ts';
import { manageConnection, seeConnection } from '../../connections/see-connection.ts';
import type { Sharing } from '../../connections/share-connection.ts';
import { submitCredentials } from '../../connections/submit-credentials.ts';
import { Failure } from '../../errors.ts';
import { route, type Route } from '../route.ts';
import { addressAfter, readListWish } from '../shapes/connection-query.ts';
import { connectionRecord, showConnection } from '../shapes/connection.ts';
import { endUserId, namedEndUser } from '../shapes/end-user.ts';
import { integrationTest, showTest } from '../shapes/integration.ts';
import { cutList } from '../shapes/list.ts';
import { metadata, metadataChange, metadataFilter } from '../shapes/metadata.ts';
import { requireApp, startForWhom } from './for-end-users.ts';
import { toolSwitchRoute } from './tool-switch.ts';

const tag = 'Connections';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const write = { role: 'MEMBER', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });
const one = z.object({ connection: connectionRecord });

const list = route({
  name: 'listConnections',
  method: 'GET',
  path: '/api/v1/connections',
  summary: "The caller's connections, newest first, or those of end users.",
  tag,
  contract: '004',
  access: read,
  endUsers: true,
  query: z.object({
    scope: z
      .enum(['personal', 'workspace', 'end_users'])
      .optional()
      .describe('workspace (MANAGER and above) adds the shared ones; end_users lists those of end users instead.'),
    end_user: endUserId.optional().describe('Those of this end user alone: MANAGER with end_users:read.'),
    connector: z.string().min(1).max(100).optional().describe('Of this connector alone.'),
    metadata: metadataFilter.optional(),
    cursor: z
      .uuid()
      .toLowerCase()
      .optional()
      .describe('Goes on after this id; the Link header of a full answer has it.'),
  }),
  answers: { 200: z.array(connectionRecord) },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const wish = await readListWish(ctx, query);
    const connections = wish === undefined ? [] : await listConnections(ctx.db, wish);
    const { shown, headers } = cutList(connections, ({ id }) => addressAfter(ctx.config.publicUrl, query, id));
    return { status: 200, headers, body: shown.map(showConnection) };
  },
});

const started = z.object({
  connection: connectionRecord,
  oauthUrl: z.string().nullable(),
  credentialSubmitUrl: z.string().nullable(),
});

const start = route({
  name: 'startConnection',
  method: 'POST',
  path: '/api/v1/connections',
  summary:
    'Starts a personal connection, or that of an end user, or finds the one under the same label, and says what comes next.',
  tag,
  contract: '004',
  access: write,
  endUsers: true,
  body: z.object({
    connectorSlug: z.string().min(1).max(100),
    label: z.string().trim().min(1).max(120).optional(),
    authMode: z.string().optional(),
    fields: z
      .record(z.string(), z.unknown())
      .optional()
      .describe(
        'Where somebody signs in: values that this needs besides, e.g. a subdomain or an OAuth app of their own.',
      ),
    end_user: namedEndUser
      .optional()
      .describe('Whose it is: theirs alone. Takes MANAGER with the scope end_users:write.'),
    metadata: metadata.optional(),
  }),
  answers: { 200: started, 201: started },
  failures: ['CONFLICT', 'PROVIDER_UNAVAILABLE'],
  audit: 'connection.started',
  example: { body: { connectorSlug: 'github', label: 'Personal GitHub' } },
  answer: async (ctx, { body }) => {
    const { connection, started: isNew, wantsFields, oauthUrl } = await startForWhom(ctx, body);
    const submitUrl = wantsFields ? `${ctx.config.publicUrl}/api/v1/connections/${connection.id}/credentials` : null;
    const answer = { connection: showConnection(connection), oauthUrl, credentialSubmitUrl: submitUrl };
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
  endUsers: true,
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
  summary: 'Renames a connection, switches it off and on, shares it, or writes metadata on it.',
  tag,
  access: write,
  params,
  body: z.strictObject({
    label: z.string().trim().min(1).max(120).optional(),
    isActive: z.boolean().optional(),
    scope: z.enum(connectionScopes).optional().describe('Who may use it. Widening takes MANAGER and a person.'),
    crew: z.string().min(1).max(100).optional().describe('With scope crew: its id or slug.'),
    metadata: metadataChange.optional(),
  }),
  answers: { 200: connectionRecord },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.changed',
  endUsers: true,
  example: { body: { label: 'Production' } },
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found, body: { scope, crew, ...edit } }) => {
    if (edit.metadata !== undefined) requireApp(ctx.caller);
    const edited = await editConnection(ctx, found.id, { ...edit, sharing: readSharing(scope, crew) });
    return { status: 200, body: showConnection(edited) };
  },
});

function readSharing(scope: ConnectionScope | undefined, crew: string | undefined): Sharing | undefined {
  if (scope === 'crew' && crew !== undefined) return { scope, crew };
  if (scope === 'crew') throw new Failure('BAD_REQUEST', 'Name the crew too: {"scope":"crew","crew":"<id or slug>"}.');
  if (crew !== undefined) throw new Failure('BAD_REQUEST', 'A crew goes with {"scope":"crew"} alone.');
  return scope && { scope };
}

const remove = route({
  name: 'deleteConnection',
  method: 'DELETE',
  path: '/api/v1/connections/:id',
  summary: 'Revokes a connection and destroys its secrets.',
  tag,
  contract: '004',
  access: write,
  endUsers: true,
  params,
  answers: { 200: z.object({ deleted: z.literal(true) }) },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.revoked',
  answer: async (ctx, { params }) => {
    await deleteConnection(ctx, params.id);
    return { status: 200, body: { deleted: true } };
  },
});

const test = route({
  name: 'testConnection',
  method: 'POST',
  path: '/api/v1/connections/:id/test',
  summary: 'Asks the provider now; what it answers is data, and the status of the connection follows it.',
  tag,
  access: write,
  endUsers: true,
  params,
  answers: { 200: integrationTest },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found }) => {
    if (found.status === 'pending') throw new Failure('CONFLICT', 'It is not connected yet: finish that first.');
    return { status: 200, body: showTest(await testConnection(ctx, found)) };
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
  endUsers: true,
  params,
  body: z
    .record(z.string(), z.unknown())
    .describe(
      'The values by field key, or {"fields": {…}}. Values of another account than before are a 409 unless {"fields": {…}, "confirmAccount": true} says that it is meant.',
    ),
  answers: { 200: one },
  failures: ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT', 'PROVIDER_UNAVAILABLE'],
  audit: 'connection.connected',
  example: { body: { fields: { token: 'ghp_example' } } },
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found, body }) => {
    const isWrapped = 'fields' in body;
    const fields = isWrapped ? body['fields'] : body;
    const confirmsAccount = isWrapped && body['confirmAccount'] === true;
    const connected = await submitCredentials(ctx, found, { fields, confirmsAccount });
    return { status: 200, body: { connection: showConnection(connected) } };
  },
});

const editTool = toolSwitchRoute({
  name: 'editConnectionTool',
  path: '/api/v1/connections/:id/tools/:name',
  tag,
  access: write,
  endUsers: true,
  see: seeConnection,
});

export const connectionRoutes: readonly Route[] = [list, start, get, edit, remove, test, submit, editTool];
