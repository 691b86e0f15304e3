import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { DatabaseConfig } from './databases.ts';

export interface WriterOptions {
  /** Rows to write; without it, until it is killed. */
  readonly count?: number;
  /** How many of them wait at the same time. */
  readonly together?: number;
  /** What to start it under: `strace -f …`. */
  readonly under?: readonly string[];
}

/** A process of its own that writes rows, and what it has said. */
export interface WriterProcess {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** The ids it has had an answer for. */
  kept(): readonly string[];
  /** Resolves when it has said that many lines which start so. */
  says(start: string, times?: number): Promise<void>;
  killed(): Promise<void>;
  /** Resolves to its exit code and what it complained of. */
  ended: Promise<{ readonly code: number | null; readonly complaint: string }>;
}

/** Starts `durable-writer.ts`. */
export function startWriter({ databaseUrl, dataDir }: DatabaseConfig, options: WriterOptions = {}): WriterProcess {
  const script = new URL('durable-writer.ts', import.meta.url).pathname;
  const where = databaseUrl === undefined ? ['--dir', dataDir] : ['--url', databaseUrl.reveal()];
  const count = options.count === undefined ? [] : ['--count', String(options.count)];
  const [command = process.execPath, ...args] = [
    ...(options.under ?? []),
    process.execPath,
    script,
    ...where,
    ...count,
    '--together',
    String(options.together ?? 1),
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += String(chunk)));
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  let closed = false;
  const ended = once(child, 'close').then(() => {
    closed = true;
    return { code: child.exitCode, complaint };
  });
  return {
    child,
    lines,
    kept: () => lines.flatMap((line) => (line.startsWith('kept ') ? [line.slice(5)] : [])),
    async says(start, times = 1) {
      while (lines.filter((line) => line.startsWith(start)).length < times) {
        if (closed) throw new Error(`The writer ended before it said "${start}": ${complaint}`);
        await new Promise((resolve) => void setTimeout(resolve, 1));
      }
    },
    async killed() {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}
