import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isRecord, parseJson } from '../../server/src/lib/json.ts';
import { atOnce } from './at-once.ts';
import type { DatabaseConfig } from './databases.ts';
import { freePort } from './free-port.ts';
import type { ApiAnswer, Plugboard } from './plugboard.ts';

const root = join(import.meta.dirname, '../..');
/** What the processes of tests seal with. */
export const masterKey = Buffer.alloc(32, 7).toString('base64');
const adminKey = 'pb_0123456789-the-key-of-a-process-in-a-test';

/** Plugboard as a process of its own, reached over a socket. */
export interface ServerProcess extends Pick<Plugboard, 'call' | 'adminKey'> {
  readonly publicUrl: string;
  readonly pid: number | undefined;
  /** Everything it has written so far, on either stream. */
  readonly output: () => string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Lets it drain. */
  stop(): Promise<void>;
}

/** The settings that name a database. */
export function settingsFor({ databaseUrl, dataDir }: DatabaseConfig): Record<string, string> {
  return databaseUrl === undefined ? { PLUGBOARD_DATA_DIR: dataDir } : { DATABASE_URL: databaseUrl.reveal() };
}

/** Starts the built server on these settings (`PLUGBOARD_…`, `DATABASE_URL`) and resolves when it is ready. */
export async function startServerProcess(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [join(root, 'dist/server.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      PLUGBOARD_PORT: String(port),
      PLUGBOARD_PUBLIC_URL: publicUrl,
      PLUGBOARD_ADMIN_KEY: adminKey,
      PLUGBOARD_MASTER_KEY: masterKey,
      PLUGBOARD_RATE_LIMIT: 'off',
      PLUGBOARD_EGRESS_ALLOW: '127.0.0.1',
      ...settings,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  while (!output.includes('Plugboard is ready')) {
    if (child.exitCode !== null) throw new Error(`Plugboard did not start: ${output}`);
    await setTimeout(20);
  }
  return {
    adminKey,
    publicUrl,
    pid: child.pid,
    output: () => output,
    call: calling(publicUrl),
    kill: () => ended(child, 'SIGKILL'),
    stop: () => ended(child, 'SIGTERM'),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'close');
}

function calling(publicUrl: string): Plugboard['call'] {
  return async (operation, { key = adminKey, body, headers = {} } = {}): Promise<ApiAnswer> => {
    const [method = 'GET', path = '/'] = operation.split(' ');
    const response = await fetch(new URL(path, publicUrl), {
      method,
      headers: {
        ...atOnce,
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const value = parseJson(text);
    const answered = Array.isArray(value) ? { items: value } : value;
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: isRecord(answered) ? answered : {},
      text,
    };
  };
}
