import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { describeError } from '../../jobs/describe-error.ts';

/** Work that is done whenever it is asked for, and every so often by itself; never twice at once. */
export interface Loop {
  /** Has it done now, or once more after what is under way. */
  look(): void;
  /** Begins nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  /** Does some of it; answers whether there may be more. */
  readonly work: () => Promise<boolean>;
  readonly everyMs: number;
  readonly log: Pick<Logger, 'warn'>;
  /** What it is, for the log. */
  readonly name: string;
}

interface State {
  readonly options: LoopOptions;
  isAsked: boolean;
  isStopped: boolean;
  /** Whether it failed the last time: that is logged once. */
  isAway: boolean;
  timer: NodeJS.Timeout | undefined;
  underWay: Promise<void> | undefined;
}

/** Work that fails is tried again after a while. */
export function createLoop(options: LoopOptions): Loop {
  const idle = { isAsked: false, isStopped: false, isAway: false, timer: undefined, underWay: undefined };
  const state: State = { options, ...idle };
  return {
    look: () => look(state),
    async stop() {
      state.isStopped = true;
      clearTimeout(state.timer);
      await state.underWay;
    },
  };
}

/** One round at a time; what is asked for during one makes it go on. */
function look(state: State): void {
  if (state.isStopped) return;
  state.isAsked = true;
  state.underWay ??= workOn(state).finally(() => {
    state.underWay = undefined;
    clearTimeout(state.timer);
    if (state.isAsked) look(state);
    else if (!state.isStopped) state.timer = setTimeout(() => look(state), state.options.everyMs).unref();
  });
}

async function workOn(state: State): Promise<void> {
  const { work, log, name } = state.options;
  try {
    while (state.isAsked && !state.isStopped) {
      state.isAsked = false;
      state.isAsked = (await work()) || state.isAsked;
      state.isAway = false;
      // Requests come in between, however much there is to do.
      await nextTurn();
    }
  } catch (error) {
    if (!state.isAway)
      log.warn({ work: name, reason: describeError(error) }, 'Telling of events failed. Trying again.');
    state.isAway = true;
    state.isAsked = false;
  }
}
