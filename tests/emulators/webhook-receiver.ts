import type { ServerResponse } from 'node:http';
import { listen, type Listening } from './listen.ts';

/** A delivery as it arrived. */
export interface Received {
  readonly path: string;
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** To the letter. */
  readonly body: string;
  /** Milliseconds of the process when its last byte was there. */
  readonly at: number;
}

/** What the receiver does with a delivery. */
export type Answering = (response: ServerResponse, received: Received) => void;

/** Somebody who is told of events, keeps what arrives, and answers as it is told to. */
export interface WebhookReceiver extends Listening {
  /** Everything that arrived, in order. */
  readonly received: readonly Received[];
  /** What arrived at this path. */
  at(path: string): readonly Received[];
  /** Deliveries that are being answered now, and how many there were at most. */
  readonly open: { now: number; most: number };
  /** Answers like this from now on; at one path alone where one is named. */
  answer(how: Answering, path?: string): void;
}

/** Starts on a free port. It answers 204 until it is told otherwise. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const open = { now: 0, most: 0 };
  const ways = new Map<string, Answering>();
  let always: Answering = answers.taken;
  const listening = await listen((request, response) => {
    const chunks: Buffer[] = [];
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.on('close', () => (open.now -= 1));
    response.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, url: path = '/' } = request;
      const header = (name: string) => String(headers[name] ?? '');
      const delivery = {
        path,
        id: header('webhook-id'),
        timestamp: header('webhook-timestamp'),
        signature: header('webhook-signature'),
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
        at: performance.now(),
      };
      received.push(delivery);
      (ways.get(path) ?? always)(response, delivery);
    });
  });
  return {
    ...listening,
    received,
    open,
    at: (path) => received.filter((delivery) => delivery.path === path),
    answer(how, path) {
      if (path === undefined) always = how;
      else ways.set(path, how);
    },
  };
}

/** Ways to answer. */
export const answers = {
  taken: (response) => void response.writeHead(204).end(),
  never: () => undefined,
  /** Closes the connection without a word. */
  hangsUp: (response) => void response.destroy(),
  /** Says 200, promises more than it sends, and closes. */
  breaksOff(response) {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  },
  /** Says 200 and never comes to an end, a byte at a time. */
  drips(response) {
    response.writeHead(200);
    const dripping = setInterval(() => response.write('.'), 100);
    response.on('close', () => clearInterval(dripping));
  },
} as const satisfies Readonly<Record<string, Answering>>;

/** Answers this status, with these headers and body. */
export function answering(status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answering {
  return (response) => void response.writeHead(status, headers).end(body);
}
