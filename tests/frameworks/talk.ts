import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A program that somebody sits in front of. */
export interface Talk {
  /** What it has written since the last time, up to and with these words. Rejects where it ends without them. */
  hear(words: string): Promise<string>;
  /** Types a line. */
  say(line: string): void;
  /** Types no more, and resolves with what it wrote last, once it is over. Rejects with everything where it failed. */
  leave(): Promise<string>;
}

export interface TalkOptions {
  readonly cwd: string;
  /** All that it knows of its surroundings besides PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
}

/** Each talk is a process, and frameworks are large: what they all compile is kept. */
const compiled = join(tmpdir(), 'plugboard-compiled');

/** Starts Node on these words, and talks with it by its standard streams. */
export function startTalk(words: readonly string[], { cwd, env }: TalkOptions): Talk {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, words, { cwd, env: { PATH, HOME, NODE_COMPILE_CACHE: compiled, ...env } });
  const over = once(child, 'close');
  child.stdin.on('error', () => undefined);
  let said = '';
  let heard = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));

  const takeUpTo = (end: number): string => {
    const news = said.slice(heard, end);
    heard = end;
    return news;
  };
  return {
    async hear(words) {
      while (!said.includes(words, heard)) {
        if (child.exitCode !== null) throw new Error(`It ended without "${words}":\n${said}`);
        await setTimeout(20);
      }
      return takeUpTo(said.indexOf(words, heard) + words.length);
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    async leave() {
      child.stdin.end();
      await over;
      if (child.exitCode !== 0) throw new Error(`${words.join(' ')} failed:\n${said}`);
      return takeUpTo(said.length);
    },
  };
}
