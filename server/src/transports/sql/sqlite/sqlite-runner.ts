import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { givenUp, SqlFault } from '../sql-fault.ts';
import type { SqlAnswer, Statement } from '../work.ts';
import { type FilePlaces, findFile } from './find-file.ts';
import { readSqliteProblem } from './read-sqlite-problem.ts';
import type { SqliteReply, SqliteTask } from './run-task.ts';

/** A statement for a file. */
export interface FileWork {
  readonly file: string;
  readonly statement: Statement;
  readonly signal: AbortSignal;
}

/** Runs statements on SQLite files, a few at a time. */
export interface SqliteRunner {
  run(work: FileWork): Promise<SqlAnswer>;
  /** Ends what still runs. */
  close(): void;
}

const mostAtOnce = 4;
const heapMb = 256;

/**
 * Every statement has a process of its own, without environment: SQLite cannot be interrupted from outside, neither on the
 * event loop (R4) nor in a worker thread, whose `terminate()` waits for the statement. A process can be ended.
 */
export function createSqliteRunner({ program, ...places }: FilePlaces & { readonly program: URL }): SqliteRunner {
  const running = new Set<ChildProcess>();
  const line: (() => void)[] = [];
  let busy = 0;
  // Whoever is next in line takes the place over.
  const leave = (): void => {
    const next = line.shift();
    if (next === undefined) busy -= 1;
    else next();
  };
  return {
    async run(work) {
      const task = taskOf(work, await findFile(work.file, places));
      if (busy >= mostAtOnce) await inLine(line, work);
      else busy += 1;
      try {
        return await runAlone(task, { work, program, running });
      } finally {
        leave();
      }
    },
    close() {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}

function taskOf({ statement: { text: sql, params, effect, maxRows } }: FileWork, path: string): SqliteTask {
  return { path, text: sql, params, maxRows, readOnly: effect === 'read' };
}

function inLine(line: (() => void)[], { signal, statement }: FileWork): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      line.splice(line.indexOf(enter), 1);
      reject(givenUp(signal, { ...statement, sent: false }));
    };
    const enter = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    if (signal.aborted) return reject(givenUp(signal, { ...statement, sent: false }));
    signal.addEventListener('abort', leave, { once: true });
    line.push(enter);
  });
}

interface Around {
  readonly work: FileWork;
  readonly program: URL;
  readonly running: Set<ChildProcess>;
}

async function runAlone(task: SqliteTask, { work, program, running }: Around): Promise<SqlAnswer> {
  const { signal, statement } = work;
  if (signal.aborted) throw givenUp(signal, { ...statement, sent: false });
  const child = start(program, Math.ceil(statement.timeoutMs / 1_000) + 1);
  running.add(child);
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  try {
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(task));
    const reply = await Promise.race([text(child.stdout), failure(child)]);
    if (signal.aborted) throw givenUp(signal, { ...statement, sent: true });
    return read(reply);
  } finally {
    signal.removeEventListener('abort', end);
    running.delete(child);
    end();
  }
}

/** Where there is no process to be had. */
function failure(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (cause) =>
      reject(new SqlFault('stopped', 'No process could be started for the file.', { cause })),
    );
  });
}

/** The shell limits its processor time, so that it ends even where we are not there any more to end it. */
function start(program: URL, seconds: number): ChildProcessByStdio<Writable, Readable, null> {
  const node = [process.execPath, '--no-warnings', `--max-old-space-size=${heapMb}`, fileURLToPath(program)];
  const limited = ['-c', 'ulimit -t "$0" && exec "$@"', String(seconds), ...node];
  return spawn('/bin/sh', limited, { env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
}

function read(written: string): SqlAnswer {
  // Nothing is written by a process that was ended, or ran out of memory.
  if (written === '')
    throw new SqlFault('stopped', 'The statement needed more than it may use, and was ended.', { sent: true });
  const reply: SqliteReply = JSON.parse(written);
  if ('problem' in reply) throw readSqliteProblem(reply.problem);
  return reply.answer;
}
