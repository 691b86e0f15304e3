import type { Readable } from 'node:stream';

/** How a stream of lines is read. */
export interface LineReading {
  /** Bytes of one line, its end not counted. */
  readonly longest: number;
  onLine(line: string): void;
  /** Called once; nothing is read after it. */
  onTooLong(): void;
}

/** What a second may cost: bytes, and as many again for each line as dealing with one costs. */
const perSecond = 16 * 1024 * 1024;
const atOnce = perSecond / 8;
const perLine = 8 * 1024;
const lineEnd = 10;

/**
 * Reads lines as they come, but no faster than we can deal with besides everything else: a program that writes without end is
 * made to wait, and nobody else is.
 */
export function readLines(stream: Readable, { longest, onLine, onTooLong }: LineReading): void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const budget = createBudget();

  const keep = (part: Buffer): void => {
    held.push(part);
    heldBytes += part.length;
  };
  const take = (): string => {
    const line = Buffer.concat(held).toString('utf8');
    held = [];
    heldBytes = 0;
    return line;
  };

  const onData = (chunk: Buffer): void => {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(lineEnd, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      keep(part);
      start += part.length + 1;
      budget.spend(part.length + (end < 0 ? 0 : perLine));
      if (heldBytes > longest) {
        stream.off('data', onData);
        stream.resume();
        return onTooLong();
      }
      if (end >= 0) onLine(take());
      const waitMs = budget.waitMs();
      if (waitMs > 0) return pause(stream, chunk.subarray(start), waitMs);
    }
  };
  stream.on('data', onData);
}

function pause(stream: Readable, rest: Buffer, waitMs: number): void {
  stream.pause();
  if (rest.length > 0) stream.unshift(rest);
  setTimeout(() => stream.resume(), waitMs).unref();
}

/** Fills up steadily; what was overdrawn is waited for. */
function createBudget(): { spend(cost: number): void; waitMs(): number } {
  let left = atOnce;
  let at = performance.now();
  return {
    spend(cost) {
      const now = performance.now();
      left = Math.min(atOnce, left + ((now - at) / 1000) * perSecond) - cost;
      at = now;
    },
    waitMs: () => (left >= 0 ? 0 : Math.ceil((-left / perSecond) * 1000)),
  };
}
