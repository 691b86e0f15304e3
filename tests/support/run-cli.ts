import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const main = join(import.meta.dirname, '../../cli/src/main.ts');

/** The setting with which processes keep what they all compile. */
export const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'plugboard-compiled') };

/** The environment of a command: nothing but what is given. */
type Settings = Readonly<Record<string, string>>;

/** Starts the command line as a process of its own. */
export function startCli(args: readonly string[], settings: Settings = {}): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    env: { ...compiled, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the command line to its end. */
export async function runCli(args: readonly string[], settings: Settings = {}) {
  const child = startCli(args, settings);
  const read = (stream: ChildProcess['stdout']) => (stream ? text(stream) : '');
  const [stdout, stderr, [code]] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'exit')]);
  return { code: Number(code), stdout, stderr };
}
