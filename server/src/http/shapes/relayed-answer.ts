import type { FastifyReply } from 'fastify';
import type { RelayedAnswer } from '../../transports/http/proxy/relay.ts';
import { answeredBy } from './provider-answer.ts';

/** Ours say how much of Plugboard is left to the caller; beside the provider's answer these would be taken for its own. */
const ours = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
const bodiless = new Set([204, 205, 304]);

/** Sends on what a provider answered, while it arrives: a file that no browser shows or runs (S12). */
export function sendRelayed(reply: FastifyReply, { status, headers, body }: RelayedAnswer): FastifyReply {
  for (const name of ours) reply.removeHeader(name);
  reply.code(status).headers(headers).headers(guards);
  const isBare = reply.request.method === 'HEAD' || bodiless.has(status);
  return isBare ? reply.send() : reply.send(body);
}

const guards = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  [answeredBy.name]: answeredBy.value,
};
