/** How late the event loop is. */
export interface LoopWatch {
  /** Whether it has been late by so much, for several looks within the last half second, that requests queue up. */
  isBusy(): boolean;
  stop(): void;
}

const everyMs = 10;
const lateMs = 4;
const rememberedMs = 500;
/** How much one look counts: a pause of the collector alone makes no busy process. */
const weight = 0.25;

/** Watches the event loop with a timer of its own, and calls back after each look. */
export function watchLoop(onLook: () => void): LoopWatch {
  let dueAt = performance.now() + everyMs;
  let average = 0;
  let lateAt = Number.NEGATIVE_INFINITY;
  const timer = setInterval(() => {
    const now = performance.now();
    average += (Math.min(now - dueAt, 5 * lateMs) - average) * weight;
    if (average > lateMs) lateAt = now;
    dueAt = now + everyMs;
    onLook();
  }, everyMs).unref();
  return {
    isBusy: () => performance.now() - lateAt < rememberedMs,
    stop: () => clearInterval(timer),
  };
}
