import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { listen, type Listening } from './listen.ts';

/** A GitLab that knows everybody and then never answers. */
export interface WaitingGitlab extends Listening {
  /** Every request but those of the probe, in order: its method, its body, and whether the other side has left it. */
  readonly waiting: readonly WaitingRequest[];
  /** Resolves when so many requests wait. */
  arrived(count?: number): Promise<void>;
}

export interface WaitingRequest {
  readonly method: string;
  readonly path: string;
  body: string;
  left: boolean;
}

/** Starts on a free port. */
export async function startWaitingGitlab(): Promise<WaitingGitlab> {
  const waiting: WaitingRequest[] = [];
  const listening = await listen((request, response) => {
    if (request.url?.endsWith('/user') === true) return knowEverybody(response);
    const entry: WaitingRequest = { method: request.method ?? '', path: request.url ?? '', body: '', left: false };
    waiting.push(entry);
    request.on('data', (chunk) => (entry.body += String(chunk)));
    response.on('close', () => (entry.left = true));
  });
  return {
    ...listening,
    waiting,
    async arrived(count = 1) {
      while (waiting.length < count) await setTimeout(10);
    },
  };
}

function knowEverybody(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"username":"ann"}');
}
