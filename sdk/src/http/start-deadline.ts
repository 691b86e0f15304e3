/** When a request ends at the latest: by its time, or because its caller gave up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds in all. */
  readonly allowedMs: number;
  /** Whether it was the time. */
  readonly isOver: boolean;
  /** Milliseconds. */
  left(): number;
  /** Resolves after that long. Rejects with the reason of the signal where it ends before. */
  pause(milliseconds: number): Promise<void>;
  /** Takes the time off: from here on only the caller ends it. */
  lift(): void;
}

/** A deadline that begins now. */
export function startDeadline(allowedMs: number, caller: AbortSignal | undefined): Deadline {
  const late = new AbortController();
  const endsAt = Date.now() + allowedMs;
  // Longer than a timer can be is as good as never.
  const timer = allowedMs < 2 ** 31 ? setTimeout(() => late.abort(), allowedMs) : undefined;
  const signal = caller ? AbortSignal.any([caller, late.signal]) : late.signal;
  return {
    signal,
    allowedMs,
    get isOver() {
      return late.signal.aborted;
    },
    left: () => endsAt - Date.now(),
    pause: (pauseMs) => pause(pauseMs, signal),
    lift: () => clearTimeout(timer),
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    function end(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
