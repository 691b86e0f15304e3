import { constants } from 'node:os';
import { writeError } from '../terminal.ts';

type Undo = () => Promise<unknown>;

const undos = new Set<Undo>();
const patienceMs = 10_000;
/** From then on somebody wonders why it does not end. */
const silentMs = 500;

/** Does something that must be whole: where it fails, or somebody breaks it off, it is undone before the process ends. */
export async function orUndo<T>(undo: Undo, work: () => Promise<T>): Promise<T> {
  undos.add(undo);
  try {
    return await work();
  } catch (error) {
    await undo().catch(() => undefined);
    throw error;
  } finally {
    undos.delete(undo);
  }
}

/** From here on a signal undoes what is half done and ends the process, with 130 for Ctrl-C. A second one does not wait. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const code = 128 + constants.signals[signal];
      process.once(signal, () => process.exit(code));
      void end(code);
    });
  }
}

const slow = 'Taking back what was begun. Ctrl-C again does not wait for it, and may leave it behind.\n';

async function end(code: number): Promise<void> {
  setTimeout(() => process.exit(code), patienceMs).unref();
  // The terminal shows ^C: what follows begins on a line of its own.
  if (process.stderr.isTTY) writeError('\r\u001b[K');
  setTimeout(() => writeError(slow), silentMs).unref();
  await Promise.allSettled([...undos].map((undo) => undo()));
  process.exit(code);
}
