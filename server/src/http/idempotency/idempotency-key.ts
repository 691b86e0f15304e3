import type { FastifyRequest } from 'fastify';
import { Failure } from '../../errors.ts';
import type { Route } from '../route.ts';
import { wantsEvents } from '../shapes/event-stream.ts';

/** Visible characters of ASCII (RFC 5234, VCHAR): no space, so that a header sent twice is none of them. */
const wellFormed = /^[\x21-\x7e]{1,255}$/;

/** Whether the route answers a key: one that creates or calls, for a caller in a workspace, and no stream (RULINGS, Everywhere 10). */
export function takesIdempotencyKey({ method, path, access, audit, takesBytes, relays }: Facts): boolean {
  const hasCaller = access !== 'public' && access !== 'identity';
  if ((takesBytes ?? relays) === true) return false;
  return method === 'POST' && audit !== 'none' && hasCaller && /^\/(api|v1)\//.test(path);
}

type Facts = Pick<Route, 'method' | 'path' | 'access' | 'audit' | 'takesBytes' | 'relays'>;

/** The key of a request, where it sent one and its answer is no stream. Throws BAD_REQUEST for one that is malformed. */
export function idempotencyKeyOf(
  route: Facts & Pick<Route, 'streams'>,
  headers: FastifyRequest['headers'],
): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || !takesIdempotencyKey(route)) return undefined;
  if (route.streams === true && wantsEvents(headers.accept ?? '')) return undefined;
  if (typeof key === 'string' && wellFormed.test(key)) return key;
  throw new Failure('BAD_REQUEST', 'Idempotency-Key must be 1 to 255 visible ASCII characters, without spaces.');
}
