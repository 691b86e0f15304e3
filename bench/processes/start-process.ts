import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isRecord } from '../../server/src/lib/json.ts';

/** A process of the benchmark. */
export interface Started {
  readonly pid: number;
  hasEnded(): boolean;
  /** Asks it to end, and makes it after ten seconds. */
  stop(): Promise<void>;
}

/** A process that told where it listens. */
export interface StartedServer extends Started {
  readonly addresses: Readonly<Record<string, string>>;
}

const bench = join(import.meta.dirname, '..');
const running = new Set<ChildProcess>();
const patienceMs = 10_000;

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program of this folder and waits until it says where it listens. */
export async function startServer(file: string, args: readonly string[] = []): Promise<StartedServer> {
  const child = spawn(process.execPath, [join(bench, file), ...args], {
    env: environment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const started = keepTrack(child);
  const [told] = await once(child, 'message', { signal: AbortSignal.timeout(patienceMs) });
  if (!isRecord(told)) throw new Error(`bench/${file} did not say where it listens.`);
  const addresses = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, String(value)]));
  return { ...started, addresses };
}

/** Starts a program of Node with nothing but these settings of Plugboard. It is killed when this process ends. */
export function startNode(
  file: string,
  settings: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Started {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...environment(), ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return keepTrack(child);
}

function keepTrack(child: ChildProcess): Started {
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running.delete(child);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    hasEnded: () => !running.has(child),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Without what was set for a Plugboard or a Node of one's own, which would change what is measured. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(PLUGBOARD_|DATABASE_URL|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(others), NODE_ENV: 'production' };
}
