import { z } from 'zod';
import { agentTypes } from '../../catalog/connector.ts';
import { changeEndpoint } from '../../connections/endpoints/change-endpoint.ts';
import { createEndpoint } from '../../connections/endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../../connections/endpoints/delete-endpoint.ts';
import type { AgentEndpoint } from '../../connections/endpoints/endpoint.ts';
import { listEndpoints } from '../../connections/endpoints/endpoint-store.ts';
import { seeEndpoint, seeProject } from '../../connections/endpoints/see-endpoint.ts';
import { showHeaders } from '../../connections/endpoints/show-headers.ts';
import { longestList } from '../../connections/connection-store.ts';
import type { Context } from '../../context.ts';
import { conversation } from '../../tools/endpoints/conversation.ts';
import { invokeEndpoint, requireUnasked, streamEndpoint } from '../../tools/endpoints/invoke-endpoint.ts';
import { testEndpoint } from '../../tools/endpoints/test-endpoint.ts';
import { agentTypeWords } from '../../transports/agent.ts';
import type { AgentEvent } from '../../transports/agent/agent-call.ts';
import { route, type Route } from '../route.ts';
import {
  agentAnswer,
  agentEndpointDetail,
  agentEndpointItem,
  endpointTest,
  showAnswer,
  showEndpoint,
  showEndpointDetail,
} from '../shapes/agent-endpoint.ts';
import { eventStream, type SentEvent, wantsEvents } from '../shapes/event-stream.ts';

const tag = 'Agent endpoints';
const contract = '002';
const read = { role: 'MEMBER', scope: 'projects:read' } as const;
const write = { role: 'MANAGER', scope: 'projects:write' } as const;
const call = { role: 'MEMBER', scope: 'tools:call' } as const;

const params = z.object({ projectId: z.string().max(200).describe('Id or slug.') });
const oneParams = params.extend({ id: z.guid() });
const found = async (ctx: Context, { params }: { readonly params: z.output<typeof oneParams> }) =>
  seeEndpoint(ctx, { projectId: (await seeProject(ctx, params.projectId)).id, id: params.id });

const name = z
  .string()
  .trim()
  .min(1, 'is missing')
  .max(120)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters');
const headers = z.record(z.string(), z.string());
const config = z.record(z.string(), z.unknown());
const text = z.string().min(1, 'is missing');

const list = route({
  name: 'listAgentEndpoints',
  method: 'GET',
  path: '/api/projects/:projectId/connectors',
  summary: 'The agent endpoints of a project, newest first.',
  tag,
  contract,
  access: read,
  params,
  query: z.object({
    cursor: z.guid().optional().describe('Goes on after this id; the Link header of a full answer has it.'),
  }),
  answers: { 200: z.array(agentEndpointItem) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeProject(ctx, params.projectId),
  answer: async (ctx, { params, query, found: project }) => {
    const endpoints = await listEndpoints(ctx.db, { projectId: project.id, before: query.cursor });
    const page = endpoints.slice(0, longestList);
    const shown = await showHeaders(ctx, page);
    const body = page.map((endpoint) => showEndpoint(endpoint, shown.get(endpoint.connection.id)));
    const last = endpoints.length > longestList ? page.at(-1) : undefined;
    return { status: 200, headers: last ? { link: linkOn(ctx, params.projectId, last) } : {}, body };
  },
});

/** The rest of a bare array that was too long for one answer (RULINGS, Everywhere 9; RFC 8288). */
function linkOn({ config }: Context, project: string, last: AgentEndpoint): string {
  const query = new URLSearchParams({ cursor: last.connection.id });
  return `<${config.publicUrl}/api/projects/${encodeURIComponent(project)}/connectors?${query}>; rel="next"`;
}

const types = route({
  name: 'listAgentTypes',
  method: 'GET',
  path: '/api/projects/:projectId/connectors/types',
  summary: 'The types of agent back-ends there are, in words.',
  tag,
  contract,
  access: read,
  params,
  answers: { 200: z.record(z.enum(agentTypes), z.string()) },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: (ctx, { params }) => seeProject(ctx, params.projectId),
  answer: async () => ({ status: 200, body: agentTypeWords }),
});

const create = route({
  name: 'createAgentEndpoint',
  method: 'POST',
  path: '/api/projects/:projectId/connectors',
  summary: 'Makes an agent endpoint. Its headers are sealed, and go to the origin of its base URL alone.',
  tag,
  contract,
  access: write,
  params,
  body: z.object({ name, type: text, baseUrl: text, headers: headers.default({}), config: config.default({}) }),
  answers: { 201: agentEndpointItem },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.started',
  showsSecretOnce: '/id',
  example: {
    body: {
      name: 'Helpdesk agent',
      type: 'langgraph',
      baseUrl: 'http://localhost:8123',
      headers: { 'X-API-Key': 'made-up-key-of-ours' },
      config: { assistantId: 'helpdesk' },
    },
  },
  find: (ctx, { params }) => seeProject(ctx, params.projectId),
  answer: async (ctx, { found: project, body }) => {
    const endpoint = await createEndpoint(ctx, project, body);
    return { status: 201, body: await shownWithHeaders(ctx, endpoint) };
  },
});

async function shownWithHeaders(ctx: Context, endpoint: AgentEndpoint) {
  const shown = await showHeaders(ctx, [endpoint]);
  return showEndpoint(endpoint, shown.get(endpoint.connection.id));
}

const get = route({
  name: 'getAgentEndpoint',
  method: 'GET',
  path: '/api/projects/:projectId/connectors/:id',
  summary: 'One agent endpoint, without its headers.',
  tag,
  contract,
  access: read,
  params: oneParams,
  answers: { 200: agentEndpointDetail },
  failures: ['NOT_FOUND'],
  audit: 'none',
  find: found,
  answer: async (_ctx, { found: endpoint }) => ({ status: 200, body: showEndpointDetail(endpoint) }),
});

const change = route({
  name: 'changeAgentEndpoint',
  method: 'PUT',
  path: '/api/projects/:projectId/connectors/:id',
  summary:
    'Changes an agent endpoint: what is left out stays, headers and config are replaced whole. At another origin, headers that are not sent again are dropped.',
  tag,
  contract,
  access: write,
  params: oneParams,
  body: z.object({ name, type: text, baseUrl: text, headers, config }).partial(),
  answers: { 200: agentEndpointItem },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'connection.changed',
  example: { body: { baseUrl: 'http://localhost:8124', config: { assistantId: 'helpdesk-2' } } },
  find: found,
  answer: async (ctx, { found: endpoint, body }) => {
    const changed = await changeEndpoint(ctx, endpoint, body);
    return { status: 200, body: await shownWithHeaders(ctx, changed) };
  },
});

const remove = route({
  name: 'deleteAgentEndpoint',
  method: 'DELETE',
  path: '/api/projects/:projectId/connectors/:id',
  summary: 'Deletes an agent endpoint and destroys its headers.',
  tag,
  contract,
  access: write,
  params: oneParams,
  answers: { 204: null },
  failures: ['NOT_FOUND'],
  audit: 'connection.revoked',
  find: found,
  answer: async (ctx, { found: endpoint }) => {
    await deleteEndpoint(ctx, endpoint);
    return { status: 204 };
  },
});

const test = route({
  name: 'testAgentEndpoint',
  method: 'POST',
  path: '/api/projects/:projectId/connectors/:id/test',
  summary: 'Says hello to the agent and reads its answer.',
  tag,
  contract,
  access: call,
  params: oneParams,
  answers: { 200: endpointTest },
  failures: ['NOT_FOUND'],
  audit: 'call',
  find: found,
  answer: async (ctx, { found: endpoint }) => ({ status: 200, body: await testEndpoint(ctx, endpoint) }),
});

const invoke = route({
  name: 'invokeAgentEndpoint',
  method: 'POST',
  path: '/api/projects/:projectId/connectors/:id/invoke',
  summary:
    'Sends a conversation to the agent and answers with its messages; asked for text/event-stream, in pieces as they come. A key needs tools:write_unasked, unless the agent only reads.',
  tag,
  contract,
  access: call,
  params: oneParams,
  body: conversation,
  answers: { 200: agentAnswer },
  streams: true,
  failures: ['NOT_FOUND'],
  audit: 'call',
  example: { body: { messages: [{ role: 'user', content: 'Where is my parcel?' }] } },
  find: async (ctx, named) => {
    const endpoint = await found(ctx, named);
    requireUnasked(ctx, endpoint);
    return endpoint;
  },
  answer: async (ctx, { found: endpoint, body, accept }) => {
    const said = { ...body, as: 'invoke' } as const;
    if (wantsEvents(accept)) return { status: 200, events: eventStream(sent(streamEndpoint(ctx, endpoint, said))) };
    return { status: 200, body: showAnswer(await invokeEndpoint(ctx, endpoint, said)) };
  },
});

async function* sent(events: AsyncIterable<AgentEvent>): AsyncGenerator<SentEvent> {
  for await (const each of events) {
    if (each.event === 'delta') yield { event: 'delta', data: { content: each.content } };
    else yield { event: 'result', data: showAnswer(each.answer) };
  }
}

export const agentEndpointRoutes: readonly Route[] = [list, types, create, get, change, remove, test, invoke];
