import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { listen, type Listening } from './listen.ts';
import { type Answer, send } from './misbehaviour.ts';

/** A request that stands at the gate. */
export interface GateRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  /** Whether the other side has gone, before it was answered or after. */
  left: boolean;
  answered: boolean;
}

/** A provider that knows everybody at `/me` and answers everything else when it is told to. */
export interface Gate extends Listening {
  /** Every request but those for `/me`, in the order they came. */
  readonly requests: readonly GateRequest[];
  /** Whether requests are let through as they come. */
  open: boolean;
  /** The next requests are answered with these, at once, one each. */
  next(...answers: Answer[]): void;
  /** Lets so many that stand there through, or all. */
  let(count?: number): void;
  /** Resolves when so many requests have come. */
  arrived(count: number): Promise<void>;
}

/** Starts on a free port, closed. */
export async function startGate(): Promise<Gate> {
  const requests: GateRequest[] = [];
  const standing: (() => void)[] = [];
  const answers: Answer[] = [];
  const gate: Gate = {
    ...(await listen((request, response) => void serve(request, response))),
    requests,
    open: false,
    next: (...more) => void answers.push(...more),
    let: (count = standing.length) => {
      for (const pass of standing.splice(0, count)) pass();
    },
    async arrived(count) {
      while (requests.length < count) await setTimeout(5);
    },
  };

  function serve(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/me') return send(response, { status: 200, body: { name: 'ann' } });
    const entry = entryOf(request);
    requests.push(entry);
    response.on('close', () => (entry.left = true));
    const pass = (answer: Answer = { status: 200, body: { path: entry.path } }): void => {
      entry.answered = true;
      send(response, answer);
    };
    request.resume();
    const answer = answers.shift();
    if (answer !== undefined || gate.open) pass(answer);
    else standing.push(pass);
  }

  return gate;
}

function entryOf({ method = '', url = '', headers }: IncomingMessage): GateRequest {
  const token = headers.authorization?.replace('Bearer ', '') ?? '';
  return { method, path: url, token, left: false, answered: false };
}
