import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** Where a request to a token endpoint may be held up: before the server hears of it, or before we hear its answer. */
export type Stage = 'asked' | 'answered';

/** One request that passed. */
export interface PassedRequest {
  readonly grant: string;
  readonly refreshToken: string | undefined;
  /** The one that is to be over, where that is asked for (RFC 7009 §2.1). */
  readonly token: string | undefined;
  /** Of the server's answer; absent while there is none. */
  status?: number;
  /** Whether whoever asked heard it. */
  heard?: boolean;
}

/** A way to the token endpoint of a provider, where one can see and hold what passes. */
export interface TokenGate {
  readonly url: string;
  readonly requests: readonly PassedRequest[];
  /** How many were under way at a time, at most. */
  readonly most: number;
  /** Holds every request at this stage from now on, until it is let go. */
  hold(stage: Stage): void;
  /** Resolves when one is being held. */
  held(): Promise<void>;
  /** Lets go whatever is held, and holds nothing any more. */
  letGo(): void;
  /** Has the provider's answers arrive changed from now on; without a function, as they are. */
  change(answer?: (said: string) => string): void;
  /** Answers this many requests with this status itself, and tells the provider nothing of them. */
  refuse(times: number, status: number, headers?: Record<string, string>): void;
  stop(): Promise<void>;
}

interface Gate {
  readonly requests: PassedRequest[];
  most: number;
  underWay: number;
  stage: Stage | undefined;
  waiting: (() => void)[];
  onHeld: (() => void)[];
  change: (said: string) => string;
  refusals: { times: number; status: number; headers: Record<string, string> };
}

/** Starts a way to the token endpoint at this address. */
export async function startTokenGate(target: string): Promise<TokenGate> {
  const gate: Gate = {
    requests: [],
    most: 0,
    underWay: 0,
    stage: undefined,
    waiting: [],
    onHeld: [],
    change: asItIs,
    refusals: { times: 0, status: 0, headers: {} },
  };
  const server = createServer(async (request, response) => {
    gate.underWay += 1;
    gate.most = Math.max(gate.most, gate.underWay);
    // Whoever hangs up has no request under way any more, whatever the provider makes of it.
    response.once('close', () => (gate.underWay -= 1));
    await pass(gate, { target, headers: request.headers, body: await text(request), response });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/token`,
    requests: gate.requests,
    get most() {
      return gate.most;
    },
    hold: (stage) => (gate.stage = stage),
    held: () =>
      gate.waiting.length > 0 ? Promise.resolve() : new Promise<void>((resolve) => gate.onHeld.push(resolve)),
    letGo() {
      gate.stage = undefined;
      for (const go of gate.waiting.splice(0)) go();
    },
    change: (answer = asItIs) => (gate.change = answer),
    refuse: (times, status, headers = {}) => (gate.refusals = { times, status, headers }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function asItIs(said: string): string {
  return said;
}

interface Passing {
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly response: ServerResponse;
}

async function pass(gate: Gate, { target, headers, body, response }: Passing): Promise<void> {
  const form = new URLSearchParams(body);
  const seen: PassedRequest = {
    grant: form.get('grant_type') ?? '',
    refreshToken: form.get('refresh_token') ?? undefined,
    token: form.get('token') ?? undefined,
  };
  gate.requests.push(seen);
  if (gate.refusals.times > 0) {
    gate.refusals.times -= 1;
    seen.status = gate.refusals.status;
    return void response.writeHead(gate.refusals.status, gate.refusals.headers).end();
  }
  await stopAt(gate, 'asked');
  if (response.destroyed) return;
  const { authorization = '', 'content-type': type = '' } = headers;
  const answer = await fetch(target, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...(authorization === '' ? {} : { authorization }) },
  });
  const said = await answer.text();
  seen.status = answer.status;
  await stopAt(gate, 'answered');
  seen.heard = !response.destroyed;
  response
    .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    .end(gate.change(said));
}

async function stopAt(gate: Gate, stage: Stage): Promise<void> {
  if (gate.stage !== stage) return;
  const going = new Promise<void>((resolve) => gate.waiting.push(resolve));
  for (const tell of gate.onHeld.splice(0)) tell();
  await going;
}
