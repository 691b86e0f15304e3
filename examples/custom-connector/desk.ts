import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** The support desk that `connectors/acme-desk` is for: the smallest API that is worth a connector. */
export interface Desk {
  readonly url: string;
  /** The only one that it takes. */
  readonly token: string;
  /** Of the only ticket there is. */
  readonly messages: readonly string[];
  stop(): void;
}

/** Opens the desk on this machine, on a free port. */
export async function openDesk(token: string): Promise<Desk> {
  const messages = ['The door does not open.'];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { error: 'Unknown token' });
    if (request.url === '/api/me') return send(response, 200, { email: 'ann@acme.example' });
    if (request.method === 'GET' && request.url === '/api/tickets/17')
      return send(response, 200, { number: 17, subject: 'Door', state: 'open', weight: 3, messages });
    if (request.method !== 'POST' || request.url !== '/api/tickets/17/messages')
      return send(response, 404, { error: 'There is no such ticket' });
    const said: unknown = await json(request);
    if (typeof said !== 'object' || said === null || !('text' in said) || typeof said.text !== 'string')
      return send(response, 422, { error: 'An answer has a text' });
    messages.push(said.text);
    return send(response, 201, { sent: true });
  }

  const server = createServer((request, response) => void answer(request, response));
  const url = await new Promise<string>((resolve, reject) => {
    server.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The desk listens on no port.'));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
  return { url, token, messages, stop: () => void server.close().closeAllConnections() };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
