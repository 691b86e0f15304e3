import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { plugboard } from '../../cli/src/plugboard.ts';
import { withStreams } from '../../cli/src/streams.ts';
import { compiled } from './run-cli.ts';

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
  /** Runs a command to its end in this process, with streams of its own. Paths are from this process's folder. */
  run(args: readonly string[], options?: CommandOptions): Promise<CommandEnd>;
  /** Starts it as a process: where signals, pipes, its folder or what is compiled are the point. */
  start(args: readonly string[], options?: CommandOptions): RunningCommand;
  /** Starts it in a pseudo-terminal; the process is the terminal's, and what it shows is on its standard output. */
  startInTerminal(args: readonly string[], env?: CommandOptions['env']): RunningCommand;
  /** The same to its end: each answer is typed once its question is there. What was shown, and the exit code. */
  type(args: readonly string[], answers: readonly Answer[], env?: CommandOptions['env']): Promise<CommandEnd>;
}

/** What is waited for, and what is typed then. */
export type Answer = readonly [question: string, typed: string];

/** Called in a file: runs our command line in nothing but this environment and a home of its own. */
export function commandLine(): CommandLine {
  const home = mkdtempSync(join(tmpdir(), 'plugboard-home-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const usual = { HOME: home, PATH: process.env['PATH'] ?? '' };
  const start: CommandLine['start'] = (args, { env = {}, input = '' } = {}) =>
    watch(spawn(process.execPath, [main, ...args], { cwd: home, env: { ...usual, ...compiled, ...env } }), input);
  const startInTerminal = (args: readonly string[], env: CommandOptions['env'] = {}): RunningCommand => {
    const command = [process.execPath, main, ...args].map((word) => `'${word}'`).join(' ');
    const terminal = { ...usual, ...compiled, TERM: 'xterm', SHELL: '/bin/sh', ...env };
    return watch(spawn('script', ['-qefc', command, '/dev/null'], { cwd: home, env: terminal }), undefined);
  };
  return {
    home,
    start,
    run: (args, { env = {}, input = '' } = {}) => runHere(args, { env: { ...usual, ...env }, input }),
    startInTerminal,
    async type(args, answers, env = {}) {
      const running = startInTerminal(args, env);
      let from = 0;
      for (const [question, typed] of answers) {
        from = await after(running, question, from);
        running.child.stdin?.write(typed);
      }
      return running.end;
    },
  };
}

async function runHere(args: readonly string[], { env, input }: Required<CommandOptions>): Promise<CommandEnd> {
  const given = {
    stdin: Readable.from(input === '' ? [] : [input]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  };
  const running = withStreams(given, () => plugboard(args, env)).finally(() => {
    given.stdout.end();
    given.stderr.end();
  });
  const [code, stdout, stderr] = await Promise.all([running, text(given.stdout), text(given.stderr)]);
  return { code, stdout, stderr };
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
  const heard = (stream: ChildProcess['stdout']): (() => string) => {
    let whole = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      whole += chunk;
      said += chunk;
    });
    return () => whole;
  };
  const [stdout, stderr] = [heard(child.stdout), heard(child.stderr)];
  if (input !== undefined) child.stdin?.on('error', () => undefined).end(input);
  const end = once(child, 'close').then(([code]) => ({
    code: typeof code === 'number' ? code : null,
    stdout: stdout(),
    stderr: stderr(),
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
