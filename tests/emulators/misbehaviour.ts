import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a provider may answer a request instead of doing what it was asked. */
export type Misbehaviour =
  | 'rate_limit'
  | 'rate_limit_403'
  | 'unavailable'
  | 'bad_gateway'
  | 'slow'
  | 'hang'
  | 'huge'
  | 'reset'
  | 'reset_after_work'
  | 'redirect'
  | 'echo';

/** Answers once in another way than asked; `reset_after_work` leaves the work to the caller. */
export function misbehave(how: Misbehaviour, request: IncomingMessage, response: ServerResponse): void {
  switch (how) {
    case 'rate_limit':
      return send(response, { status: 429, body: { message: 'Retry later' }, headers: { 'retry-after': '7' } });
    case 'rate_limit_403':
      return send(response, { status: 403, body: { message: 'API rate limit exceeded' }, headers: spentUntil(30) });
    case 'unavailable':
      return send(response, { status: 503, body: { message: 'Down for maintenance' } });
    case 'bad_gateway':
      return send(response, { status: 502, body: { message: 'Bad Gateway' } });
    case 'slow':
      setTimeout(() => send(response, { status: 200, body: [] }), 300).unref();
      return undefined;
    case 'hang':
      return undefined;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify('x'.repeat(11 * 1024 * 1024)));
      return undefined;
    case 'reset':
    case 'reset_after_work':
      request.socket.destroy();
      return undefined;
    case 'redirect':
      return send(response, { status: 307, body: '', headers: { location: '/elsewhere' } });
    case 'echo':
      return send(response, {
        status: 400,
        body: { message: `You sent ${request.headers.authorization} to ${request.url}` },
      });
  }
}

/** A spent limit that starts afresh in so many seconds. */
function spentUntil(seconds: number): Record<string, string> {
  return {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + seconds),
  };
}

/** One JSON answer, or text where the headers say so. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(headers['content-type']?.startsWith('text/') ? String(body) : JSON.stringify(body));
}
