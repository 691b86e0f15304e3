import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { createPlugboard, type Plugboard, type PlugboardOptions } from '../index.ts';

/** A request as it arrived. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How a request is answered, by when it came: 0 is the first. */
export type Answer = (response: ServerResponse, arrival: number) => void;

export interface Stub {
  readonly client: Plugboard;
  readonly seen: readonly Seen[];
  readonly url: string;
}

/** A client of a real server that answers every request with `answer` and remembers what it saw, until the test is over. */
export async function clientOf(answer: Answer, options: Partial<PlugboardOptions> = {}): Promise<Stub> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = await text(request).catch(() => '');
    seen.push({ method, url, headers, body });
    answer(response, seen.length - 1);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return { client: createPlugboard({ key: 'pb_test', url, ...options }), seen, url };
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Takes the first answer for the first request, and so on; the last one for all that follow. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (response, arrival) => answers[Math.min(arrival, answers.length - 1)]?.(response, arrival);
}

/** A refusal as the server writes it. */
export function refusal(code: string, status: number, headers: Record<string, string> = {}): Answer {
  return json({ error: { code, message: 'Not now.', request_id: 'r1' } }, status, headers);
}

/** The connection ends without an answer. */
export const hangUp: Answer = (response) => void response.socket?.destroy();

/** The connection ends in the middle of an answer. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"half":', () => response.socket?.destroy());
};
