import type { ConnectionError, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../lib/ids.ts';
import { failureOf, shownFailure } from './show-failure.ts';

const json = 'application/json; charset=utf-8';

interface RawReply {
  readonly raw: FastifyReply['raw'];
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers a path that cannot be looked up at all, before any rule has seen the request. */
export function refuseUnroutable(
  error: unknown,
  request: Pick<FastifyRequest, 'id' | 'url'>,
  { raw, headers }: RawReply,
): void {
  const { status, body } = shownFailure(failureOf(error), error, request);
  raw.writeHead(status, { ...headers, 'x-request-id': request.id, 'content-type': json });
  raw.end(JSON.stringify(body));
}

interface Wire {
  readonly destroyed: boolean;
  readonly writable: boolean;
  end(text: string): unknown;
}

/** Answers what is not even HTTP; there is no request to speak of. */
export function refuseMalformed(error: ConnectionError, socket: Wire): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const id = newId();
  const message = 'This is not a valid HTTP request.';
  const body = JSON.stringify({ error: { code: 'BAD_REQUEST', message, request_id: id } });
  const headers = [
    'connection: close',
    `content-type: ${json}`,
    `x-request-id: ${id}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`HTTP/1.1 400 Bad Request\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}
