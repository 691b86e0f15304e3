import { z } from 'zod';
import { patienceMs, preferenceApplied } from '../../tools/approving/patience.ts';
import { listTools } from '../../tools/list-tools.ts';
import { invokeOperation } from '../../tools/operations/invoke-operation.ts';
import { findConnected, findOperation, listOperations } from '../../tools/operations/list-operations.ts';
import { pageByKey } from '../../tools/operations/page-by-key.ts';
import { searchTools } from '../../tools/operations/search-tools.ts';
import { route, type Route } from '../route.ts';
import { callOutcome, waitingCall, waitQuery } from '../shapes/call-result.ts';
import { listOf, pageQuery, showPage } from '../shapes/list.ts';
import {
  operationDetail,
  operationItem,
  operationWithSchema,
  showDetail,
  showOperation,
  showWithSchema,
} from '../shapes/operation.ts';

const tag = 'Tool connections';
const read = { role: 'VIEWER', scope: 'tools:read' } as const;
const connectorId = z
  .string()
  .regex(/^([a-z0-9][a-z0-9-]{0,39}|_)$/)
  .describe('Id of the connector; `_`: that of the connection.');
const connectionId = z.uuid().optional().describe('One of its connections: with the tools and schemas this one has.');
const operation = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,170}$/)
  .describe('`get_ticket` or `zendesk_get_ticket`.');

const list = route({
  name: 'listConnectedTools',
  method: 'GET',
  path: '/v1/tools',
  summary: 'Every tool of every connection the caller may use, page by page.',
  tag,
  access: read,
  query: pageQuery,
  answers: { 200: listOf(operationItem) },
  failures: [],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { query }) => {
    const page = pageByKey(await listTools(ctx), query, ({ address }) => address);
    return { status: 200, body: showPage(page, showOperation) };
  },
});

const search = route({
  name: 'searchTools',
  method: 'GET',
  path: '/v1/tools/search',
  summary: 'The tools that fit the words best, those of connectors that are not connected yet included.',
  tag,
  access: read,
  query: z.strictObject({
    q: z.string().min(1).max(200).describe('Every word must be found in name, label or description.'),
    limit: z.coerce.number().int().min(1).max(100).default(25),
  }),
  answers: { 200: z.object({ data: z.array(operationItem) }) },
  failures: [],
  audit: 'none',
  endUsers: true,
  example: { query: { q: 'create issue' } },
  answer: async (ctx, { query }) => {
    const found = await searchTools(ctx, query.q);
    return { status: 200, body: { data: found.slice(0, query.limit).map(showOperation) } };
  },
});

const operations = route({
  name: 'listOperations',
  method: 'GET',
  path: '/v1/tools/connectors/:connector_id/operations',
  summary: 'The operations of a connector, or of one of its connections, in the order of their names.',
  tag,
  access: read,
  params: z.object({ connector_id: connectorId }),
  query: pageQuery.extend({ connection_id: connectionId }),
  answers: { 200: listOf(operationWithSchema) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { params, query }) => {
    const place = { connectorId: params.connector_id, connection: query.connection_id };
    const page = pageByKey(await listOperations(ctx, place), query, ({ spec }) => spec.name);
    return { status: 200, body: showPage(page, showWithSchema) };
  },
});

const get = route({
  name: 'getOperation',
  method: 'GET',
  path: '/v1/tools/connectors/:connector_id/operations/:operation',
  summary: 'One operation, with the schemas of its parameters as a call sends them.',
  tag,
  access: read,
  params: z.object({ connector_id: connectorId, operation }),
  query: z.strictObject({ connection_id: connectionId }),
  answers: { 200: operationDetail },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  endUsers: true,
  answer: async (ctx, { params, query }) => {
    const place = { connectorId: params.connector_id, connection: query.connection_id };
    return { status: 200, body: showDetail(await findOperation(ctx, place, params.operation)) };
  },
});

const params = z.record(z.string(), z.unknown()).default({});

const invoke = route({
  name: 'invokeOperation',
  method: 'POST',
  path: '/v1/tools/connectors/:connector_id/connections/:connection_id/:operation',
  summary:
    'Calls an operation and answers what the provider answered, with its status and content type. What is not called, or comes without an answer of the provider, is told as by any tool call.',
  tag,
  access: { role: 'MEMBER', scope: 'tools:call' },
  params: z.object({
    connector_id: connectorId,
    connection_id: z
      .union([z.uuid(), z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)])
      .describe('Id or handle of the connection.'),
    operation,
  }),
  query: waitQuery,
  body: z.strictObject({
    path_params: params,
    query_params: params,
    header_params: params,
    body_params: params,
  }),
  answers: { 200: callOutcome, 202: waitingCall },
  passesThrough: true,
  failures: ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT', 'PROVIDER_UNAVAILABLE'],
  audit: 'call',
  endUsers: true,
  example: { body: { path_params: { owner: 'octocat', repo: 'hello-world' } } },
  find: (ctx, { params }) =>
    findConnected(ctx, { connectorId: params.connector_id, connection: params.connection_id }, params.operation),
  answer: async (ctx, { found, query, prefer, body }) => {
    const patience = patienceMs({ prefer, waitSeconds: query.wait });
    const invoked = await invokeOperation(ctx, found, { ...body, patienceMs: patience });
    if ('answer' in invoked) return { status: 200, passed: invoked.answer };
    const { result } = invoked;
    if (result.status === 'needs_approval')
      return { status: 202, headers: preferenceApplied({ prefer }), body: result };
    const comeBack = 'retry_after' in result ? { 'retry-after': String(result.retry_after) } : {};
    return { status: 200, headers: comeBack, body: result };
  },
});

/** Tools as the connectors of contract 000 have them (RULINGS 000.5). */
export const toolOperationRoutes: readonly Route[] = [list, search, operations, get, invoke];
