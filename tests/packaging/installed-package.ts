import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startRegistry } from './package-registry.ts';

const root = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

/** A folder that holds nothing but what `npm install` of the packed tarball brings. */
export interface InstalledPackage {
  /** The folder of the user. */
  readonly folder: string;
  /** Where the package lies in it. */
  readonly home: string;
  readonly tarball: string;
  /** Starts a program of the folder with these settings and nothing else of the environment that is ours. */
  start(command: readonly string[], settings: Readonly<Record<string, string>>): RunningProgram;
  /** What one says that runs to its end and ends well. */
  run(command: readonly string[], settings?: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/** A program that goes on by itself. */
export interface RunningProgram {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves when it has said these words; rejects with all it said when it ends first. */
  says(words: string): Promise<void>;
}

/** Packs the package as a release does, and installs it from a registry as a user does who lets no script run. */
export async function installPackage(): Promise<InstalledPackage> {
  const place = mkdtempSync(join(tmpdir(), 'plugboard-package-'));
  const folder = join(place, 'user');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true }\n');
  const { packed, tarball } = await pack(place);
  await install(folder, { packed, tarball });
  return {
    folder,
    home: join(folder, 'node_modules/plugboard'),
    tarball,
    start: (command, settings) => startIn(folder, command, settings),
    run: ([program = '', ...args], settings = {}) => runIn(folder, [program, ...args], bare(settings)),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

interface Packed {
  readonly packed: string;
  readonly tarball: string;
}

async function pack(place: string): Promise<Packed> {
  const packed = join(place, 'packed');
  await runIn(root, [process.execPath, join(root, 'scripts/pack/pack.ts'), packed]);
  await runIn(root, ['npm', 'pack', packed, '--silent', '--ignore-scripts', '--pack-destination', place]);
  return { packed, tarball: join(place, String(readdirSync(place).find((name) => name.endsWith('.tgz')))) };
}

async function install(folder: string, packed: Packed): Promise<void> {
  const upstream = (await runIn(folder, ['npm', 'config', 'get', 'registry'])).trim();
  const registry = await startRegistry({ ...packed, upstream });
  try {
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--registry', registry.url];
    await runIn(folder, ['npm', 'install', 'plugboard', ...quiet]);
  } finally {
    await registry.stop();
  }
}

async function runIn(cwd: string, [program = '', ...args]: readonly string[], env = process.env): Promise<string> {
  return (await execute(program, args, { cwd, env, timeout: 30_000, maxBuffer: 10_000_000 })).stdout;
}

/** Node's folder and the system's own: neither the repository's `node_modules/.bin` nor a variable of this run. */
function bare(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  return { PATH: path, HOME: process.env['HOME'], ...settings };
}

function startIn(
  cwd: string,
  [program = '', ...args]: readonly string[],
  settings: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(program, args, { cwd, env: bare(settings), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const says = async (words: string): Promise<void> => {
    while (!output.includes(words)) {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}:\n${output}`);
      await setTimeout(20);
    }
  };
  return { child, output: () => output, says };
}

/** Sends a signal to a program and everything it started, as a terminal does, and waits until all of it is gone. */
export async function endGroup({ child }: RunningProgram, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
  await once(child, 'close');
}
