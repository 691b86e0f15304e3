import { Client } from 'undici';
import { cpuMs } from '../processes/process-use.ts';
import type { Caller, Target } from './targets.ts';

/** How much load one target gets at a time. */
export interface Load {
  /** Calls under way at once, each on a connection of its own. */
  readonly concurrency: number;
  readonly calls: number;
  /** When to stop although fewer calls were made. */
  readonly mostMs: number;
  /** Which upstreams it is for. */
  readonly upstreams: readonly Target['upstream'][];
}

/** What one target did under one load. */
export interface Cell {
  /** Of every right answer, in milliseconds, rising. */
  readonly latencies: readonly number[];
  readonly errors: number;
  /** What the first wrong answer was. */
  readonly firstError: string | undefined;
  readonly elapsedMs: number;
  /** Time the measured process spent, in milliseconds; `undefined` where there is no `/proc`. */
  readonly cpuMs: number | undefined;
  /** p99 of how late its event loop was, in milliseconds, where it can tell. */
  readonly loopDelayMs: number | undefined;
}

interface Worker {
  readonly connection: Client;
  readonly caller: Caller;
}

interface Tally {
  sent: number;
  errors: number;
  firstError: string | undefined;
  readonly latencies: number[];
}

let lastText = 0;

/** Calls a target from so many connections at once. Connecting and one call on each connection come before the clock starts. */
export async function runCell(target: Target, load: Load): Promise<Cell> {
  const workers = await Promise.all(Array.from({ length: load.concurrency }, () => openWorker(target)));
  try {
    return await measure(workers, target, load);
  } finally {
    await Promise.all(workers.map(({ connection }) => connection.destroy()));
  }
}

async function openWorker(target: Target): Promise<Worker> {
  const connection = new Client(target.origin, { headersTimeout: 15_000, bodyTimeout: 15_000 });
  const worker = { connection, caller: await target.open(connection) };
  await callOnce(worker);
  return worker;
}

async function measure(workers: readonly Worker[], target: Target, load: Load): Promise<Cell> {
  const tally: Tally = { sent: 0, errors: 0, firstError: undefined, latencies: [] };
  await target.loopDelay?.();
  const cpuBefore = cpuMs(target.pid);
  const startedAt = performance.now();
  const stopAt = startedAt + load.mostMs;
  await Promise.all(workers.map((worker) => keepCalling(worker, tally, { calls: load.calls, stopAt })));
  const elapsedMs = performance.now() - startedAt;
  const cpuAfter = cpuMs(target.pid);
  const spent = cpuBefore === undefined || cpuAfter === undefined ? undefined : cpuAfter - cpuBefore;
  const { errors, firstError } = tally;
  const latencies = tally.latencies.toSorted((one, other) => one - other);
  return { latencies, errors, firstError, elapsedMs, cpuMs: spent, loopDelayMs: await target.loopDelay?.() };
}

async function keepCalling(
  worker: Worker,
  tally: Tally,
  until: { readonly calls: number; readonly stopAt: number },
): Promise<void> {
  while (tally.sent < until.calls && performance.now() < until.stopAt) {
    tally.sent += 1;
    const sentAt = performance.now();
    const wrong = await callOnce(worker);
    if (wrong === undefined) tally.latencies.push(performance.now() - sentAt);
    else tally.errors += 1;
    tally.firstError ??= wrong;
  }
}

/** What was wrong with the answer: only a 200 with exactly the text of this call, as the upstream gives it back, is right. */
async function callOnce({ connection, caller }: Worker): Promise<string | undefined> {
  lastText += 1;
  const text = `call-${lastText}-end`;
  try {
    const { statusCode, body } = await connection.request(caller(text));
    const answer = await body.text();
    const isRight = statusCode === 200 && isEcho(answer, text);
    return isRight ? undefined : `${statusCode} ${answer.slice(0, 300)}`;
  } catch (error) {
    return String(error);
  }
}

function isEcho(answer: string, text: string): boolean {
  return answer.includes(`Echo: ${text}`) || answer.includes(`Echo: large-${text}`);
}
