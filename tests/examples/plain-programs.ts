import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** An example under way. */
export interface Program {
  readonly child: ChildProcess;
  /** Its exit code and everything that it wrote, on either stream. */
  readonly end: Promise<{ readonly code: unknown; readonly said: string }>;
  /** What it has written, once these words are in it. */
  says(words: string): Promise<string>;
}

/** Starts programs of the examples as their READMEs do. */
export interface Programs {
  /** A folder of their own, in which they are started; it is gone after the block. */
  readonly folder: string;
  start(command: readonly string[], env: Readonly<Record<string, string>>): Program;
  run(command: readonly string[], env: Readonly<Record<string, string>>): Program['end'];
}

/** Called in a block. The first word is `node`, `bash` or `python3`, the second a file below `examples/`. */
export function examplePrograms(): Programs {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  // `node` is this one, and `plugboard` the command of this tree.
  const path = [dirname(process.execPath), join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  // What every process would compile anew is kept.
  const usual = { HOME: folder, PATH: path, NODE_COMPILE_CACHE: join(tmpdir(), 'plugboard-compiled') };
  const start: Programs['start'] = ([program = '', file = '', ...args], env) =>
    watch(spawn(program, [join(root, 'examples', file), ...args], { cwd: folder, env: { ...usual, ...env } }));
  return { folder, start, run: (command, env) => start(command, env).end };
}

function watch(child: ChildProcess): Program {
  let said = '';
  child.stdin?.end();
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  return {
    child,
    end: once(child, 'close').then(([code]: unknown[]) => ({ code, said })),
    async says(words) {
      while (!said.includes(words)) {
        if (child.exitCode !== null) throw new Error(`It ended without "${words}": ${said}`);
        await setTimeout(20);
      }
      return said;
    },
  };
}
