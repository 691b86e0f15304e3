import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from '../show-error.ts';
import { streams } from '../streams.ts';
import { plain } from '../terminal.ts';

/** Whether a person can be asked something. */
export function isInteractive(): boolean {
  const { stdin, stderr } = streams();
  return stdin.isTTY === true && stderr.isTTY === true;
}

interface AskOptions {
  /** What is typed is not shown. */
  readonly hidden?: boolean;
}

/** Asks on the terminal, on standard error, and resolves to what was typed. Rejects with `UsageError` where nothing was (Ctrl-D). */
export function ask(question: string, { hidden = false }: AskOptions = {}): Promise<string> {
  const { stdin, stderr } = streams();
  const shown = `${plain(question)} `;
  const lines = createInterface({
    input: stdin,
    output: hidden ? nowhere() : stderr,
    terminal: true,
    historySize: 0,
  });
  // From here on the terminal shows nothing by itself.
  if (hidden) stderr.write(shown);
  return new Promise((resolve, reject) => {
    const nothing = (): void => reject(new UsageError('Nothing was typed.'));
    lines.once('close', nothing);
    // A terminal that is gone: reading from it fails, and so does giving it back as it was.
    lines.on('error', nothing);
    lines.once('SIGINT', () => {
      lines.off('close', nothing).close();
      // In raw mode the terminal leaves Ctrl-C to us.
      process.emit('SIGINT');
    });
    lines.question(hidden ? '' : shown, (answer) => {
      resolve(answer);
      lines.close();
      if (hidden) stderr.write('\n');
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
