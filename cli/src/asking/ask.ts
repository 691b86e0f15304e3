import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from '../show-error.ts';
import { plain } from '../terminal.ts';

/** Whether a person can be asked something. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

interface AskOptions {
  /** What is typed is not shown. */
  readonly hidden?: boolean;
}

/** Asks on the terminal, on standard error, and resolves to what was typed. Rejects with `UsageError` where nothing was (Ctrl-D). */
export function ask(question: string, { hidden = false }: AskOptions = {}): Promise<string> {
  const shown = `${plain(question)} `;
  if (hidden) process.stderr.write(shown);
  const lines = createInterface({
    input: process.stdin,
    output: hidden ? nowhere() : process.stderr,
    terminal: true,
    historySize: 0,
  });
  return new Promise((resolve, reject) => {
    const nothing = (): void => reject(new UsageError('Nothing was typed.'));
    lines.once('close', nothing);
    lines.once('SIGINT', () => {
      lines.off('close', nothing).close();
      // In raw mode the terminal leaves Ctrl-C to us.
      process.emit('SIGINT');
    });
    lines.question(hidden ? '' : shown, (answer) => {
      resolve(answer);
      lines.close();
      if (hidden) process.stderr.write('\n');
    });
  });
}

/** Asks whether to go on; anything but y or yes is no. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N]`)).trim());
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
