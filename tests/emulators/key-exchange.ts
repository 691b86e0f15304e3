import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { isRecord } from '../../server/src/lib/json.ts';

/** A provider whose key is exchanged for a session at one address, and whose API is at another one, which it names. */
export interface KeyExchange {
  /** Where keys are exchanged. */
  readonly url: string;
  /** Where its API is. */
  readonly apiUrl: string;
  readonly key: string;
  /** Sessions it has opened, in order. */
  readonly sessions: readonly string[];
  /** Every request to the API by the session it came with, and the headers it had. */
  readonly calls: readonly IncomingMessage['headers'][];
  /** Ends the sessions there are. */
  endSessions(): void;
  /** From now on it names this address for its API. */
  moveTo(apiUrl: string): void;
  /** From now on it takes no key. */
  takeNoKey(): void;
  stop(): Promise<void>;
}

/** Starts both of its servers. Sessions last half an hour. */
export async function startKeyExchange(): Promise<KeyExchange> {
  const key = 'a-key-of-a-person-0123456789';
  const state: { sessions: string[]; open: Set<string>; moved?: string; closed: boolean } = {
    sessions: [],
    open: new Set(),
    closed: false,
  };
  const calls: IncomingMessage['headers'][] = [];
  const exchange = await listening(async (request) => {
    const sent = await json(request);
    if (state.closed || !isRecord(sent) || sent['key'] !== key)
      return { status: 200, body: { ok: false, why: 'No such key' } };
    const session = `session-${state.sessions.length + 1}-0123456789`;
    state.sessions.push(session);
    state.open.add(session);
    return {
      status: 200,
      body: { ok: true, session: { token: session, minutes: 30 * 60 }, api: state.moved ?? api.url },
    };
  });
  const api = await listening(async (request) => {
    calls.push(request.headers);
    const isOpen = state.open.has(String(request.headers['x-session']));
    return isOpen ? { status: 200, body: { name: 'ann' } } : { status: 401, body: { why: 'No session' } };
  });
  return {
    url: exchange.url,
    apiUrl: api.url,
    key,
    sessions: state.sessions,
    calls,
    endSessions: () => state.open.clear(),
    moveTo: (url) => (state.moved = url),
    takeNoKey: () => (state.closed = true),
    stop: async () => void (await Promise.all([exchange, api].map(({ server }) => close(server)))),
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function listening(answer: (request: IncomingMessage) => Promise<Answer>) {
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return { server, url: `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}` };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A connector of it by this id. */
export function keyExchangeManifest(id: string, { url }: Pick<KeyExchange, 'url'>): string {
  return `
schema: 1
id: ${id}
name: ${id}
version: 1.0.0
description: A key that is exchanged for a session elsewhere.
category: testing
auth_mode: pat
brand_color: '#000000'
fields:
  - { key: key, label: Key, secret: true }
exchange:
  grant: request
  url: '${url}/sessions'
  body: { key: '\${field.key}' }
  answer:
    access_token: session.token
    expires_in: session.minutes
    message: why
    expect_json: [{ path: ok, equals: true }]
  captures:
    api_url: { path: api, pattern: 'http://127\\.0\\.0\\.1:[0-9]+' }
  attach: { scheme: api_key, keys: [{ in: header, name: x-session, value: '\${field.access_token}' }] }
http: { base_url: '\${field.api_url}' }
verify: { kind: http, method: GET, url: '\${field.api_url}/me', account: name }
tools:
  - name: get_thing
    label: Get a thing
    description: Returns one thing by its name.
    effect: read
    input:
      type: object
      properties: { name: { type: string, description: 'Which' } }
      required: [name]
      additionalProperties: false
    operation: { method: GET, path: '/things/\${arg.name}' }
`;
}
