import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials, Identity } from '../../access/access.ts';
import { Failure } from '../../errors.ts';
import type { Edge } from '../edge.ts';
import { checkForm, checkHost, checkOrigin, looksAmbient, type Arrival } from './host-and-origin.ts';

/**
 * What comes before the body is read, in this order (RULINGS, Everywhere 2): wrong Host 400, no credential that holds 401,
 * a foreign page 403, over the limit 429.
 */
export async function admit(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { config } = request.routeOptions;
  const arrival = { method: request.method, headers: request.headers, localPort: request.socket.localPort };
  if (config.anyHost !== true) checkHost(edge.app.config, arrival);
  if (config.access === 'public') {
    if (config.takesForms === true) checkForm(edge.app.config, arrival);
    else checkPublic(edge, arrival);
    return;
  }
  const identity = await identify(edge, request);
  if (identity.ambient) checkOrigin(edge.app.config, arrival);
  request.identity = identity;
  countIn(edge, identity, reply);
}

/** The identity that `admit` found. Throws UNAUTHORIZED on a route that asked for none. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === undefined) throw unauthorized();
  return request.identity;
}

/** A page elsewhere may not sign its visitors in or out: what a browser sends to a public route comes from our own pages. */
function checkPublic(edge: Edge, arrival: Arrival): void {
  if (looksAmbient(arrival.headers)) checkOrigin(edge.app.config, arrival);
}

async function identify(edge: Edge, request: FastifyRequest): Promise<Identity> {
  const credentials = credentialsOf(request);
  const guessable = credentials.authorization !== undefined || credentials.apiKey !== undefined;
  if (guessable) edge.failedCredentials.check(request.ip, credentials);
  const identity = await edge.app.access.identify(credentials);
  if (identity === undefined) {
    if (guessable) edge.failedCredentials.failed(request.ip, credentials);
    throw unauthorized();
  }
  if (guessable) edge.failedCredentials.held(credentials);
  return identity;
}

function credentialsOf(request: FastifyRequest): Credentials {
  const { authorization, cookie } = request.headers;
  const apiKey = request.headers['x-api-key'];
  return { authorization, cookie, apiKey: typeof apiKey === 'string' ? apiKey : undefined };
}

function countIn(edge: Edge, identity: Identity, reply: FastifyReply): void {
  if (edge.perKey === undefined) return;
  const allowance = edge.perKey.take(identity.principal);
  reply.headers({
    'x-ratelimit-limit': allowance.limit,
    'x-ratelimit-remaining': allowance.remaining,
    'x-ratelimit-reset': allowance.resetSeconds,
  });
  if (allowance.granted) return;
  const retryAfter = allowance.retryAfterSeconds;
  throw new Failure(
    'RATE_LIMITED',
    `More than ${allowance.limit} requests in a minute. Try again in ${retryAfter} s.`,
    { retryAfter },
  );
}

function unauthorized(): Failure {
  return new Failure('UNAUTHORIZED', 'Send a valid API key in "Authorization: Bearer …" or "x-api-key", or sign in.');
}
