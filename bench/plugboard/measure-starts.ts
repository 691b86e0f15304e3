import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../load/statistics.ts';
import { residentMb } from '../processes/process-use.ts';
import { startPlugboard } from './start-plugboard.ts';

/** How long starts take and what memory they leave: medians. */
export interface Starts {
  readonly times: number;
  /** Milliseconds to the first 200 on `/readyz`, in a folder that is empty. */
  readonly firstMs: number;
  /** The same where the database is there already. */
  readonly secondMs: number;
  /** Resident megabytes once ready, after a second start; `undefined` where there is no `/proc`. */
  readonly residentMb: number | undefined;
}

/** Starts Plugboard twice in a new folder, so many times. */
export async function measureStarts(times: number): Promise<Starts> {
  const pairs = [];
  for (let n = 0; n < times; n += 1) pairs.push(await startTwice());
  const memory = pairs.map(({ second }) => second.residentMb).filter((mb) => mb !== undefined);
  return {
    times,
    firstMs: median(pairs.map(({ first }) => first.readyMs)),
    secondMs: median(pairs.map(({ second }) => second.readyMs)),
    residentMb: memory.length === 0 ? undefined : median(memory),
  };
}

async function startTwice() {
  const dataDir = mkdtempSync(join(tmpdir(), 'plugboard-bench-'));
  try {
    return { first: await startOnce(dataDir), second: await startOnce(dataDir) };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startOnce(dataDir: string) {
  const { pid, readyMs, stop } = await startPlugboard(dataDir);
  const memory = residentMb(pid);
  await stop();
  return { readyMs, residentMb: memory };
}
