import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { readArguments, refuseMore } from './read-arguments.ts';

const root = join(import.meta.dirname, '../..');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `plugboard serve`: runs the server in the foreground, as `npm start` does. */
export const serve: Command = {
  summary: 'run the server',
  help: `plugboard serve

Runs the server in the foreground and ends with its exit code. The environment configures it: PLUGBOARD_HOST,
PLUGBOARD_PORT, PLUGBOARD_PUBLIC_URL, PLUGBOARD_DATA_DIR, DATABASE_URL and the others of the README.
`,
  answersSignals: true,
  async run(args) {
    refuseMore(readArguments(args, {}).positionals);
    return runToEnd(programFile('server', 'main'));
  },
};

/** A program of the server as it was built, where it was, else its source. */
export function programFile(built: string, source: string): string {
  const file = join(root, `dist/${built}.js`);
  return existsSync(file) ? file : join(root, `server/src/${source}.ts`);
}

/** Passes each signal on once: a terminal sends Ctrl-C to both, and the server counts on hearing it seldom. */
function runToEnd(file: string): Promise<number> {
  const child = spawn(process.execPath, [file], { stdio: 'inherit' });
  const passed = new Set<NodeJS.Signals>();
  const pass = (signal: NodeJS.Signals): void => {
    if (passed.has(signal)) return;
    passed.add(signal);
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? (signal ? 128 + constants.signals[signal] : 1));
    });
  });
}
