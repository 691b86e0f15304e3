import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the proxy does with the answer to the next statement that holds the mark. */
export type Mischief = 'break' | 'swallow';

/** Stands between a driver and its real server. */
export interface TcpProxy {
  readonly port: number;
  /** How many statements that hold the word went through. */
  seen(word: string): number;
  /** The connections that are open right now. */
  open(): number;
  next(mischief: Mischief): void;
  stop(): Promise<void>;
}

export interface TcpProxyOptions {
  readonly port: number;
  /** Holds a statement that mischief is meant for. */
  readonly mark: string;
  /** How many answers of the server go through after the mark was seen: a prepared statement is answered first. */
  readonly answersBefore: number;
}

/** Starts a proxy to a port of this machine. */
export async function startTcpProxy({ port, mark, answersBefore }: TcpProxyOptions): Promise<TcpProxy> {
  const planned: Mischief[] = [];
  const passed: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const both = [client, upstream];
    let mischief: Mischief | undefined;
    let left = answersBefore;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      passed.push(text);
      if (text.includes(mark)) mischief = planned.shift();
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (mischief === undefined || (left -= 1) >= 0) return void client.write(chunk);
      if (mischief === 'break') for (const socket of both) socket.destroy();
    });
    for (const [from, to] of [both, both.toReversed()]) {
      if (from === undefined || to === undefined) continue;
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  return {
    port: await listening(server),
    seen: (word) => passed.filter((text) => text.includes(word)).length,
    open: () => sockets.size / 2,
    next: (mischief) => void planned.push(mischief),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
