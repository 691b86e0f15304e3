import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPackage } from '../../scripts/sdk/build-package.ts';
import { installPackages } from '../support/own-packages.ts';

const home = import.meta.dirname;
const root = join(home, '../..');

/** How long `openPlace` may take, in milliseconds: the frameworks may have to be installed first. */
export const placeMs = 300_000;

/** A folder in which the programs find the SDK as it is published, beside the frameworks as theirs install. */
export interface Place {
  /** Runs a program to its end and answers what it wrote. Rejects with that where it failed. */
  run(program: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string>;
  /** What the compiler says of the programs, and of the adapters as they are written. */
  compile(): Promise<string>;
  close(): Promise<void>;
}

/** Makes one; nothing in it is shared with another. */
export async function openPlace(): Promise<Place> {
  await installPackages(home);
  await mkdir(join(home, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(home, '.tmp/place-'));
  await buildPackage(join(folder, 'node_modules/@plugboard/sdk'));
  await cp(join(home, 'programs'), join(folder, 'programs'), { recursive: true });
  await cp(join(home, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  await cp(join(home, 'package.json'), join(folder, 'package.json'));
  await cp(join(root, 'sdk/adapters'), join(folder, 'adapters'), { recursive: true });
  return {
    run: async (program, env, ...args) => {
      const { code, output } = await runToEnd(process.execPath, [join(folder, 'programs', program), ...args], env);
      if (code !== 0) throw new Error(`${program} failed:\n${output}`);
      return output.trim();
    },
    compile: async () => (await runToEnd(join(root, 'node_modules/.bin/tsc'), ['-p', folder], {})).output,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runToEnd(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { PATH = '', HOME = '' } = process.env;
  const quiet = { LANGSMITH_TRACING: 'false', OPENAI_AGENTS_DISABLE_TRACING: '1', AI_SDK_LOG_WARNINGS: 'false' };
  const child = spawn(command, args, { env: { PATH, HOME, ...quiet, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  await once(child, 'close');
  return { code: child.exitCode, output };
}
