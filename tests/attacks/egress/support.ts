import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createHttpServer, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { expect } from 'vitest';
import { createEgress, type EgressOptions } from '../../../server/src/egress/create-egress.ts';
import { EgressError, type Egress, type EgressProblem } from '../../../server/src/egress/egress.ts';

/** An egress that listens nowhere in particular, with nothing allowed unless said so. */
export function openEgress(options: Partial<EgressOptions> = {}): Egress {
  return createEgress({
    allow: [],
    ownAddresses: { host: '127.0.0.1', port: 1, publicUrl: 'http://127.0.0.1:1' },
    resolver: () => Promise.reject(new Error('No name server here.')),
    ...options,
  });
}

/** A name server that answers from a table and counts the questions. */
export function nameServer(answers: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const resolver = async (host: string) => {
    asked.push(host);
    return (answers[host] ?? []).map((address) => ({ address, ttl: 0 }));
  };
  return { resolver, asked };
}

/** Counts every socket this process opens, whoever opens it, while something runs. */
export async function countDials(run: () => Promise<void>): Promise<number> {
  let dials = 0;
  const count = (): void => {
    dials += 1;
  };
  subscribe('net.client.socket', count);
  try {
    await run();
  } finally {
    unsubscribe('net.client.socket', count);
  }
  return dials;
}

/** What a call failed with; fails the test when it did not fail. */
export async function failureOf(call: Promise<unknown>): Promise<EgressError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof EgressError) return outcome;
  throw new Error('The call was expected to fail with an EgressError.', { cause: outcome });
}

/** Expects a call to fail with a problem. */
export async function expectProblem(
  call: Promise<unknown>,
  problem: EgressProblem,
  sent: boolean,
): Promise<EgressError> {
  const failure = await failureOf(call);
  expect({ problem: failure.problem, sent: failure.sent }).toEqual({ problem, sent });
  return failure;
}

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** How many connections were accepted. */
  readonly accepted: () => number;
  close(): Promise<void>;
}

/** A TCP server that counts whoever comes. */
export function listenTcp(
  onSocket: (socket: Socket) => void = () => undefined,
  host = '127.0.0.1',
  port = 0,
): Promise<Listening> {
  return listening(createTcpServer(onSocket), host, port);
}

/** An HTTP server that counts whoever comes. */
export function listenHttp(onRequest: RequestListener, host = '127.0.0.1', port = 0): Promise<Listening> {
  return listening(createHttpServer(onRequest), host, port);
}

function listening(server: Server | HttpServer, host: string, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({
        port: chosen,
        url: `http://${host}:${chosen}`,
        accepted: () => accepted,
        async close() {
          for (const socket of sockets) socket.destroy();
          await new Promise((done) => server.close(done));
        },
      });
    });
  });
}
