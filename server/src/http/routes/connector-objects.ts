import { z } from 'zod';
import { listedConnection, listedConnections, listedStatuses } from '../../connections/objects/listed-connections.ts';
import { isObjectId } from '../../connections/objects/object-id.ts';
import { refreshTools } from '../../connections/tools/refresh-tools.ts';
import { listConnectionTools } from '../../tools/list-tools.ts';
import { route, type Route } from '../route.ts';
import {
  connectorObject,
  connectorObjectDetail,
  showConnectorObject,
  showObjectTool,
} from '../shapes/connector-object.ts';

const tag = 'Connector objects';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;

const list = route({
  name: 'listConnectorObjects',
  method: 'GET',
  path: '/v1/connectors',
  summary: 'The connections the caller may use or manage, newest first; those that wait or are revoked are left out.',
  tag,
  contract: '003',
  access: read,
  query: z.object({
    type: z.string().max(100).optional().describe('Only those of this connector.'),
    status: z.enum(listedStatuses).optional(),
    is_active: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }).optional(),
    limit: z.coerce.number().int().min(1).max(100).default(25),
    cursor: z.uuid().optional().describe('meta.next_cursor of the page before.'),
  }),
  answers: {
    200: z.object({
      data: z.array(connectorObject),
      meta: z.object({ request_id: z.string(), next_cursor: z.string().nullable() }),
    }),
  },
  failures: [],
  audit: 'none',
  answer: async (ctx, { query }) => {
    const { type, status, is_active, limit, cursor } = query;
    const wish = { connectorId: type, status, isActive: is_active, limit, before: cursor };
    const { items, next } = await listedConnections(ctx, wish);
    const meta = { request_id: ctx.requestId, next_cursor: next ?? null };
    return { status: 200, body: { data: items.map(showConnectorObject), meta } };
  },
});

const get = route({
  name: 'getConnectorObject',
  method: 'GET',
  path: '/v1/connectors/:id',
  summary: 'One connection with every tool it has, those that are switched off included.',
  tag,
  contract: '003',
  access: read,
  params: z.object({
    id: z.string().refine(isObjectId, 'must be connector_ and 24 hex digits, or a UUID'),
  }),
  answers: { 200: z.object({ data: connectorObjectDetail, meta: z.object({ request_id: z.string() }) }) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  answer: async (ctx, { params }) => {
    const connection = await listedConnection(ctx, params.id);
    await refreshTools(ctx, [connection]);
    const tools = await listConnectionTools(ctx, connection);
    const data = { ...showConnectorObject(connection), tools: tools.map(showObjectTool) };
    return { status: 200, body: { data, meta: { request_id: ctx.requestId } } };
  },
});

export const connectorObjectRoutes: readonly Route[] = [list, get];
