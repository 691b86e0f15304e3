import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';

const main = join(import.meta.dirname, '../../cli/src/main.ts');

/** What a command is given besides its arguments. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in; default: nothing. */
  readonly input?: string;
}

/** What a command came to. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
  /** Resolves once it has written this, on either stream. */
  says(words: string): Promise<string>;
}

/** The command line of one person: a home of their own, which is gone after the file. */
export interface CommandLine {
  readonly home: string;
  run(args: readonly string[], options?: CommandOptions): Promise<CommandEnd>;
  start(args: readonly string[], options?: CommandOptions): RunningCommand;
  /** The same in a pseudo-terminal: each answer is typed once its question is there. What was shown, and the exit code. */
  type(args: readonly string[], answers: readonly Answer[], env?: CommandOptions['env']): Promise<CommandEnd>;
}

/** What is waited for, and what is typed then. */
export type Answer = readonly [question: string, typed: string];

/** Called in a file: runs our command line as a process, in nothing but this environment and a home of its own. */
export function commandLine(): CommandLine {
  const home = mkdtempSync(join(tmpdir(), 'plugboard-home-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  // Each command is a process: what they all compile is kept.
  const compiled = join(tmpdir(), 'plugboard-compiled');
  const usual = { HOME: home, PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compiled };
  const start: CommandLine['start'] = (args, { env = {}, input = '' } = {}) =>
    watch(spawn(process.execPath, [main, ...args], { cwd: home, env: { ...usual, ...env } }), input);
  return {
    home,
    start,
    run: (args, options) => start(args, options).end,
    async type(args, answers, env = {}) {
      const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
      const child = spawn('script', ['-qefc', command, '/dev/null'], {
        cwd: home,
        env: { ...usual, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      });
      const running = watch(child, undefined);
      let from = 0;
      for (const [question, typed] of answers) {
        from = await after(running, question, from);
        child.stdin.write(typed);
      }
      return running.end;
    },
  };
}

async function after({ says }: RunningCommand, question: string, from: number): Promise<number> {
  for (;;) {
    const at = (await says(question)).indexOf(question, from);
    if (at !== -1) return at + question.length;
    await setTimeout(20);
  }
}

function watch(child: ChildProcess, input: string | undefined): RunningCommand {
  let said = '';
  const read = (stream: ChildProcess['stdout']): Promise<string> => {
    stream?.on('data', (chunk) => (said += String(chunk)));
    return stream ? text(stream) : Promise.resolve('');
  };
  if (input !== undefined) child.stdin?.on('error', () => undefined).end(input);
  const reading = Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]);
  const end = reading.then(([stdout, stderr, [code]]) => ({
    code: typeof code === 'number' ? code : null,
    stdout,
    stderr,
  }));
  return {
    child,
    end,
    async says(words) {
      while (!said.includes(words)) {
        if (child.exitCode !== null) throw new Error(`It ended without "${words}": ${said}`);
        await setTimeout(20);
      }
      return said;
    },
  };
}
