import { constants } from 'node:os';

type Undo = () => Promise<unknown>;

const undos = new Set<Undo>();
const patienceMs = 10_000;

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

async function end(code: number): Promise<void> {
  setTimeout(() => process.exit(code), patienceMs).unref();
  // The terminal shows ^C: what follows begins on a line of its own.
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  await Promise.allSettled([...undos].map((undo) => undo()));
  process.exit(code);
}
