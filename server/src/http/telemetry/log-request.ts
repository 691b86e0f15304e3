import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Edge } from '../edge.ts';

const callersRequestId = /^[\w.-]{8,64}$/;

/** One line and one observation per answer: id, template, status, time, who. Never a path, a query, a header or a body. */
export function logRequest({ app, metrics }: Edge, request: FastifyRequest, reply: FastifyReply): void {
  const { url: route = 'none', config } = request.routeOptions;
  const { method } = request;
  const status = reply.statusCode;
  metrics.answered({ method, route, status, seconds: reply.elapsedTime / 1000 });
  const line = {
    request_id: request.id,
    caller_request_id: callersIdOf(request),
    method,
    route,
    status,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    principal: request.identity?.principal,
    workspace_id: request.workspaceId,
    ip: request.ip,
  };
  if (config.anyHost === true) app.log.debug(line, 'answered');
  else app.log.info(line, 'answered');
}

/** The id a client gave its request: logged beside ours, so that nobody can pass off one request as another. */
function callersIdOf(request: FastifyRequest): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && callersRequestId.test(given) ? given : undefined;
}
