import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { freePort } from '../../tests/support/free-port.ts';
import { type Started, startNode } from '../processes/start-process.ts';

/** A Plugboard of its own, listening on the loopback address. */
export interface StartedPlugboard extends Started {
  readonly url: string;
  /** From the start of the process to its first 200 on `/readyz`, in milliseconds. */
  readonly readyMs: number;
}

const root = join(import.meta.dirname, '../..');
const patienceMs = 30_000;
const askEveryMs = 4;

/** What `npm start` runs. */
export const builtServer = join(root, 'dist/server.js');

/** Builds `dist/` where there is none. */
export function buildIfMissing(): void {
  if (existsSync(builtServer) && existsSync(join(root, 'dist/catalog.json'))) return;
  for (const script of ['build.ts', 'build-catalog.ts']) {
    const { status } = spawnSync(process.execPath, [join(root, 'scripts', script)], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`scripts/${script} failed: nothing to measure.`);
  }
}

/** Whether a source of the server is newer than what was built from them. */
export function isStale(): boolean {
  const builtAt = statSync(builtServer).mtimeMs;
  const sources = readdirSync(join(root, 'server/src'), { recursive: true, withFileTypes: true });
  return sources
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .some(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs > builtAt);
}

/** Starts what `npm start` runs on SQLite in a folder, and waits until it is ready. */
export async function startPlugboard(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedPlugboard> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const own = { PLUGBOARD_PORT: String(port), PLUGBOARD_DATA_DIR: dataDir, PLUGBOARD_PUBLIC_URL: url };
  const startedAt = performance.now();
  const started = startNode(builtServer, { ...own, ...settings });
  await untilReady(`${url}/readyz`, started);
  return { ...started, url, readyMs: performance.now() - startedAt };
}

async function untilReady(url: string, { hasEnded }: Started): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    if (await isReady(url)) return;
    if (hasEnded()) throw new Error('Plugboard ended before it was ready.');
    await sleep(askEveryMs);
  }
  throw new Error('Plugboard was not ready within 30 seconds.');
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(url);
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
