import { Client, type Dispatcher } from 'undici';
import { cpuMs } from '../processes/process-use.ts';
import { quantile } from './statistics.ts';

/** Where requests go, and what each of them is. */
export interface Asked {
  readonly origin: string;
  readonly pid: number;
  /** The request with this number, counted from 0. */
  readonly request: (number: number) => Dispatcher.RequestOptions;
  /** Whether an answer is right. */
  readonly isRight: (status: number, text: string) => boolean;
}

export interface RequestLoad {
  /** Requests under way at once, each on a connection of its own. */
  readonly concurrency: number;
  readonly forMs: number;
}

/** What came of it. Times in milliseconds. */
export interface Answers {
  readonly perSecond: number;
  readonly right: number;
  readonly errors: number;
  readonly firstError: string | undefined;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Time of the processor for a request, in microseconds; `undefined` where nobody counts it. */
  readonly cpuUs: number | undefined;
}

let sent = 0;

/** Asks again and again, and says how fast the right answers came. */
export async function runRequests(asked: Asked, { concurrency, forMs }: RequestLoad): Promise<Answers> {
  const clients = Array.from({ length: concurrency }, () => new Client(asked.origin));
  const tally: Tally = { latencies: [], errors: 0, firstError: undefined };
  try {
    await Promise.all(clients.map((client) => askOnce(client, asked)));
    const cpuBefore = cpuMs(asked.pid);
    const startedAt = performance.now();
    await Promise.all(clients.map((client) => keepAsking(client, asked, { tally, until: startedAt + forMs })));
    const elapsedMs = performance.now() - startedAt;
    return summed(tally, { elapsedMs, spentMs: spentSince(cpuBefore, cpuMs(asked.pid)) });
  } finally {
    await Promise.all(clients.map((client) => client.destroy()));
  }
}

interface Tally {
  readonly latencies: number[];
  errors: number;
  firstError: string | undefined;
}

async function keepAsking(
  client: Client,
  asked: Asked,
  { tally, until }: { readonly tally: Tally; readonly until: number },
): Promise<void> {
  while (performance.now() < until) {
    const sentAt = performance.now();
    const wrong = await askOnce(client, asked);
    if (wrong === undefined) tally.latencies.push(performance.now() - sentAt);
    else tally.errors += 1;
    tally.firstError ??= wrong;
  }
}

async function askOnce(client: Client, { request, isRight }: Asked): Promise<string | undefined> {
  sent += 1;
  try {
    const { statusCode, body } = await client.request(request(sent));
    const text = await body.text();
    return isRight(statusCode, text) ? undefined : `${statusCode} ${text.slice(0, 300)}`;
  } catch (error) {
    return String(error);
  }
}

function spentSince(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before;
}

interface Span {
  readonly elapsedMs: number;
  readonly spentMs: number | undefined;
}

function summed({ latencies, errors, firstError }: Tally, { elapsedMs, spentMs }: Span): Answers {
  const sorted = latencies.toSorted((one, other) => one - other);
  const right = sorted.length;
  return {
    perSecond: (right / elapsedMs) * 1_000,
    right,
    errors,
    firstError,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    cpuUs: spentMs === undefined ? undefined : (spentMs * 1_000) / (right + errors),
  };
}
