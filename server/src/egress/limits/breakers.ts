import type { Clock } from '../../lib/clock.ts';

/** Circuit breakers by key. A key that fails nothing takes no room and costs one look into an empty map. */
export interface Breakers {
  /** When the key is tried again, in milliseconds since the epoch; `undefined` where it may be tried now. */
  refusedUntil(key: string): number | undefined;
  /** Says that the key is being tried: where its time is over, this one trial decides, and others wait for it. */
  trying(key: string): void;
  /** Ends a trial that decided nothing, so that somebody else may be the trial. */
  undecided(key: string): void;
  failed(key: string): void;
  succeeded(key: string): void;
  /** Whether any key has failed lately. */
  known(): boolean;
  /** How many keys are refused or on trial. */
  open(): number;
}

export interface BreakersOptions {
  readonly clock: Clock;
  /** Told when a key is refused from now on, and until when. */
  readonly onOpen?: (key: string, until: number) => void;
  /** Told when a key that was refused works again. */
  readonly onClose?: (key: string) => void;
}

/** Failures in a row after which a key is refused. */
export const mostFailures = 5;
/** How long it is refused for first; twice as long after each failed trial. */
export const firstRefusalMs = 5_000;
export const longestRefusalMs = 60_000;
/** What is said of a key whose trial is still under way. */
const trialHintMs = 1_000;
/** A trial that nobody ended, for longer than any call may take. */
const longestTrialMs = 120_000;
const mostKeys = 10_000;

interface Fault {
  failures: number;
  /** How often it was refused without a success in between; 0: it is not. */
  openings: number;
  refusedUntil: number;
  trialUntil: number;
}

interface State extends BreakersOptions {
  readonly faults: Map<string, Fault>;
  readonly opened: Set<string>;
}

/** Opens after failures in a row, lets one trial through when its time is over, and closes with the first success. */
export function createBreakers(options: BreakersOptions): Breakers {
  const state: State = { ...options, faults: new Map(), opened: new Set() };
  const { faults, opened, clock } = state;
  return {
    refusedUntil(key) {
      const fault = faults.get(key);
      return fault === undefined || fault.openings === 0 ? undefined : nextTrial(fault, clock.now());
    },
    trying(key) {
      const fault = faults.get(key);
      if (fault !== undefined && fault.openings > 0) fault.trialUntil = clock.now() + longestTrialMs;
    },
    undecided(key) {
      const fault = faults.get(key);
      if (fault !== undefined) fault.trialUntil = 0;
    },
    failed: (key) => fail(state, key),
    succeeded: (key) => succeed(state, key),
    known: () => faults.size > 0,
    open: () => opened.size,
  };
}

function nextTrial({ refusedUntil, trialUntil }: Fault, now: number): number | undefined {
  if (now < refusedUntil) return refusedUntil;
  return now < trialUntil ? now + trialHintMs : undefined;
}

function fail(state: State, key: string): void {
  const now = state.clock.now();
  const fault = state.faults.get(key) ?? keep(state, key);
  // News of calls that began before it was refused.
  if (fault.openings > 0 && now < fault.refusedUntil) return;
  fault.failures += 1;
  if (fault.openings === 0 && fault.failures < mostFailures) return;
  fault.openings += 1;
  fault.trialUntil = 0;
  fault.refusedUntil = now + Math.min(firstRefusalMs * 2 ** (fault.openings - 1), longestRefusalMs);
  state.opened.add(key);
  state.onOpen?.(key, fault.refusedUntil);
}

function succeed(state: State, key: string): void {
  const fault = state.faults.get(key);
  if (fault === undefined) return;
  forget(state, key);
  if (fault.openings > 0) state.onClose?.(key);
}

/** A new fault; the one that began longest ago makes room. */
function keep(state: State, key: string): Fault {
  const [oldest] = state.faults.keys();
  if (state.faults.size >= mostKeys && oldest !== undefined) forget(state, oldest);
  const fault = { failures: 0, openings: 0, refusedUntil: 0, trialUntil: 0 };
  state.faults.set(key, fault);
  return fault;
}

function forget({ faults, opened }: State, key: string): void {
  faults.delete(key);
  opened.delete(key);
}
