import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Listening } from './listen.ts';
import { honest, type Malice } from './hostile/malice.ts';

/** One request, as far as it was read. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  /** As they came, with their names in lower case. */
  readonly headers: string;
}

/** A provider that knows everybody at `/me` and meets everything else with malice, byte by byte. */
export interface Hostile extends Listening {
  /** Every request but those for `/me`. */
  readonly requests: readonly HostileRequest[];
  /** What the next requests meet. Default: an honest `{}`. */
  malice: Malice | undefined;
  /** Bytes that the other side, or the system in between, took of what malice sent. */
  sent(): number;
  /** Resolves when no socket that met malice is open. */
  gone(): Promise<void>;
}

/** Starts on a free port. */
export async function startHostile(): Promise<Hostile> {
  const requests: HostileRequest[] = [];
  const sockets = new Set<Socket>();
  const met = new Set<Socket>();
  const server = createServer({ keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  /** A request comes in one piece here: nobody sends more than a kilobyte. */
  function answer(socket: Socket, text: string): void {
    const [, method = '', path = '', headers = ''] = /^(\w+) (\S+) HTTP\/1\.1\r\n([^]*?)\r\n\r\n/.exec(text) ?? [];
    if (method === '') return;
    if (path === '/me') return void socket.write(honest('{"name":"ann"}'));
    requests.push({ method, path, headers: headers.toLowerCase() });
    if (hostile.malice === undefined) return void socket.write(honest('{}'));
    met.add(socket);
    hostile.malice(socket);
  }

  const hostile: Hostile = {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    malice: undefined,
    sent: () => [...met].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    async gone() {
      while ([...met].some((socket) => sockets.has(socket))) await setTimeout(10);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return hostile;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address.port;
}
