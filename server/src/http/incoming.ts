import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Failure } from '../errors.ts';

/** A body as it arrives. */
export interface Upload {
  readonly bytes: Readable;
  readonly contentType: string | undefined;
  /** What `Content-Length` says, where it says something. */
  readonly length: number | undefined;
}

/** A request that is handed on as it came: nothing of it decoded, its body still arriving. */
export interface Incoming {
  /** What the route's `*` stands for, percent-encoded as it came, with a slash in front. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: FastifyRequest['headers'];
  /** `undefined` where the request has none. */
  readonly body: Readable | undefined;
  /** What `Content-Length` says, where it says something. */
  readonly bodyBytes: number | undefined;
}

/** The request as it came. Throws BAD_REQUEST where its path spells the part that is ours in another way than the route does. */
export function incomingOf(request: Pick<FastifyRequest, 'raw' | 'headers' | 'routeOptions'>): Incoming {
  const { raw, headers, routeOptions } = request;
  const [target = '', ...rest] = (raw.url ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const steps = (routeOptions.url ?? '').split('/').slice(0, -1);
  const written = target.split('/');
  const isOurs = steps.every((step, index) => step.startsWith(':') || step === written[index]);
  if (!isOurs || written.length <= steps.length)
    throw new Failure('BAD_REQUEST', 'The path in front of what is handed on must be written plainly.');
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
  return {
    path: `/${written.slice(steps.length).join('/')}`,
    query: rest.join('?'),
    headers,
    body: hasBody ? raw : undefined,
    bodyBytes: length === undefined ? undefined : Number(length),
  };
}
