// The only place where programs are started (S4).
// oxlint-disable-next-line no-restricted-imports
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Secret } from '../../../../lib/secret.ts';
import type { Confined } from '../isolation/confine.ts';

/** A program that runs. */
export interface Child {
  readonly pid: number | undefined;
  readonly input: Writable;
  readonly output: Readable;
  readonly complaints: Readable;
  /** Resolves when it is over, with what became of it: `ended with code 1`. */
  readonly ended: Promise<string>;
  /** Closes its input, and ends it and all it started where that does not. Resolves when it is gone. Never rejects. */
  stop(): Promise<void>;
  /** Ends it at once because it does what it may not, which is then what became of it: `wrote a line of more than 10 MiB`. */
  expel(why: string): void;
}

const graceMs = 1_000;

/** Starts a program, in a process group and a session of its own, with an environment that is otherwise empty. */
export function spawnChild({ file, args, cwd, as, handed }: Confined, env: Readonly<Record<string, Secret>>): Child {
  const values = Object.entries(env).map(([name, value]) => [name, value.reveal()] as const);
  const child = spawn(file, [...args], {
    cwd,
    env: { ...plain, ...Object.fromEntries(values) },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
    ...(as ? { uid: as.uid, gid: as.gid } : {}),
  });
  child.stdin.on('error', ignore);
  hand(child.stdio[3], handed);
  let fault: string | undefined;
  const ended = ending(child).then((words) => fault ?? words);
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    complaints: child.stderr,
    ended,
    stop: () => stop(child, ended),
    expel: (why) => {
      fault ??= why;
      signalGroup(child, 'SIGKILL');
    },
  };
}

function hand(to: Readable | Writable | null | undefined, bytes: Buffer | undefined): void {
  if (!(to instanceof Writable)) return;
  to.on('error', ignore);
  to.end(bytes ?? '');
}

/** The least that programs expect. */
const plain = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', TMPDIR: '/tmp', LANG: 'C.UTF-8' };

type Process = ChildProcessByStdio<Writable, Readable, Readable>;

async function ending(child: Process): Promise<string> {
  const closed = once(child, 'close').catch(ignore);
  const failed = once(child, 'error').then(([error]: unknown[]) => `could not be started (${codeOf(error)})`);
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) =>
    typeof code === 'number' ? `ended with code ${code}` : `was ended by ${String(signal)}`,
  );
  const words = await Promise.race([failed, exited.catch(() => failed)]);
  signalGroup(child, 'SIGKILL');
  // What it left in its pipes is read to the end; whoever holds on to them is not waited for.
  await Promise.race([closed, setTimeout(graceMs, undefined, { ref: false })]);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  return words;
}

async function stop(child: Process, ended: Promise<string>): Promise<void> {
  child.stdin.end();
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (await isOver(ended)) return;
    signalGroup(child, signal);
  }
  await isOver(ended);
}

async function isOver(ended: Promise<string>): Promise<boolean> {
  return Promise.race([ended.then(() => true), setTimeout(graceMs, false, { ref: false })]);
}

/** Reaches what it started, too, unless that took a session of its own. */
function signalGroup({ pid }: Process, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

function ignore(): void {}
