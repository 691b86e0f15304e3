import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Stands between a client and a server, and loses answers that were on their way. */
export interface Relay {
  readonly url: string;
  /** How many requests came. */
  readonly requests: number;
  /** The next answers never arrive, though their requests did. */
  loseAnswers(count: number): void;
  stop(): Promise<void>;
}

/** Starts before the server at this address. */
export async function startRelay(target: string): Promise<Relay> {
  let requests = 0;
  let toLose = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const body = await buffer(request);
    const { method = 'GET', url = '/' } = request;
    const init = { method, headers: endToEnd(request.headers), ...(body.length > 0 ? { body } : {}) };
    const answer = await fetch(`${target}${url}`, init);
    const text = await answer.text();
    if (toLose > 0) {
      toLose -= 1;
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    loseAnswers: (count) => {
      toLose = count;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function endToEnd(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = ['accept', 'authorization', 'content-type', 'idempotency-key'];
  return Object.fromEntries(
    kept.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}
