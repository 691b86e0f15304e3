import { EgressError } from '../egress.ts';

/** One call from its first byte to its last, whatever the number of redirects: a single timer and a single listener. */
export interface Call {
  /** Who is being talked to, for sentences. */
  host: string;
  /** Whether any byte of any request of this call may have left. */
  sent: boolean;
  /** Why the call was ended early. */
  readonly stopped: EgressError | undefined;
  /** Set by whatever is under way, to be told when the call is ended early. */
  onStop: ((error: EgressError) => void) | undefined;
  /** Lets go of timer and signal. */
  finish(): void;
}

const longestTimerMs = 2 ** 31 - 1;

/** Starts the clock of a call. It ends early at its time limit or when its signal fires. */
export function startCall(limits: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined }): Call {
  const { timeoutMs, signal } = limits;
  let stopped: EgressError | undefined;
  const call: Call = {
    host: '',
    sent: false,
    onStop: undefined,
    get stopped() {
      return stopped;
    },
    finish() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
  const stop = (error: EgressError): void => {
    stopped = error;
    call.finish();
    call.onStop?.(error);
  };
  const onAbort = (): void =>
    stop(new EgressError('aborted', 'The call was cancelled.', { sent: call.sent, cause: signal?.reason }));
  const onTime = (): void =>
    stop(
      new EgressError('timeout', `${call.host} did not answer within ${timeoutMs / 1_000} seconds.`, {
        sent: call.sent,
      }),
    );
  const timer = timeoutMs <= longestTimerMs ? setTimeout(onTime, timeoutMs) : undefined;
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  return call;
}
