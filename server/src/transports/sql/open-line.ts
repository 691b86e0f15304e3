import type { Socket } from 'node:net';
import { EgressError } from '../../egress/egress.ts';
import type { ServerWork, Statement } from './work.ts';

/** A connection to a database server, before anything was said over it. */
export interface Line {
  readonly socket: Socket;
  /** Why it was cut from our side, if it was. */
  fault(): EgressError | undefined;
  /** Ends it, and with it everything that waits for it. */
  close(): void;
}

/** Where a line leads, and what it is for; without a statement, for a word in passing. */
export interface LineWish extends Pick<ServerWork, 'place' | 'egress' | 'signal'> {
  readonly statement?: Pick<Statement, 'effect'>;
}

/** Bytes a server may send in answer to one statement; a write that returns rows has to come to its end. */
const mostReceived = { read: 8 * 1024 * 1024, write: 32 * 1024 * 1024 } as const;
const lookEveryMs = 20;

/** Dials through the guard: the driver gets a socket to the address that was checked, and never dials itself (S24). */
export async function openLine({ place, egress, signal, statement }: LineWish): Promise<Line> {
  const { host, port } = place;
  const dialling = egress.connect({ host, port });
  const socket = await untilAborted(dialling, signal);
  if (socket === undefined) {
    void dialling.then(
      (late) => late.destroy(),
      () => undefined,
    );
    throw new EgressError('aborted', 'The call was given up before the database was reached.');
  }
  return tend(socket, signal, { host, most: mostReceived[statement?.effect ?? 'read'] });
}

/** The line is cut when nobody waits any more, and when the server sends without end. */
function tend(socket: Socket, signal: AbortSignal, { host, most }: { host: string; most: number }): Line {
  let fault: EgressError | undefined;
  const cut = (): void => void socket.destroy();
  const meter = setInterval(() => {
    if (socket.bytesRead <= most) return;
    const words = `The answer of ${host} is larger than ${most / 1024 / 1024} MiB.`;
    fault = new EgressError('too_large', words, { sent: true });
    cut();
  }, lookEveryMs);
  signal.addEventListener('abort', cut, { once: true });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearInterval(meter);
    signal.removeEventListener('abort', cut);
  });
  if (signal.aborted) cut();
  return { socket, fault: () => fault, close: cut };
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
