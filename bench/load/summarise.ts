import type { Cell } from './run-cell.ts';
import type { Measured } from './run-rounds.ts';
import { median, quantile } from './statistics.ts';

/** What a target came to under one load: medians over the rounds. */
export interface Row {
  readonly target: string;
  readonly concurrency: number;
  /** Right answers in all rounds. */
  readonly calls: number;
  readonly errors: number;
  readonly firstError: string | undefined;
  readonly p50Ms: number;
  /** Of each round, to see how steady they were. */
  readonly p50MsByRound: readonly number[];
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly callsPerSecond: number;
  /** p50 over the direct call of the same upstream. */
  readonly addedMs: number | undefined;
  /** Added p50 as a multiple of what the bare forwarder adds; at `c` = 1 alone, because beyond it both are mostly queueing. */
  readonly timesBare: number | undefined;
  /** Calls a second as a share of the direct ones. */
  readonly shareOfDirect: number | undefined;
  /** Time of the measured process for a call, in microseconds. */
  readonly cpuMicros: number | undefined;
  /** p99 of how late its event loop was, in milliseconds. */
  readonly loopDelayMs: number | undefined;
}

/** A row for each target and load, with what it adds to the direct call. */
export function summarise(measured: readonly Measured[]): readonly Row[] {
  return measured.map((one) => {
    const kin = measured.filter(
      ({ target, concurrency }) => target.upstream === one.target.upstream && concurrency === one.concurrency,
    );
    return rowOf(one, { direct: only(kin, 'direct'), bare: only(kin, 'bare') });
  });
}

function only(measured: readonly Measured[], way: Measured['target']['way']): readonly Cell[] {
  return measured.find(({ target }) => target.way === way)?.cells ?? [];
}

interface Beside {
  readonly direct: readonly Cell[];
  readonly bare: readonly Cell[];
}

function rowOf({ target, concurrency, cells }: Measured, { direct, bare }: Beside): Row {
  const p50Ms = latency(cells, 0.5);
  const addedMs = p50Ms - latency(direct, 0.5);
  const callsPerSecond = speed(cells);
  const isDirect = target.way === 'direct';
  return {
    target: target.name,
    concurrency,
    calls: sum(cells.map(({ latencies }) => latencies.length)),
    errors: sum(cells.map(({ errors }) => errors)),
    firstError: cells.find(({ firstError }) => firstError !== undefined)?.firstError,
    p50Ms,
    p50MsByRound: cells.map(({ latencies }) => quantile(latencies, 0.5)),
    p95Ms: latency(cells, 0.95),
    p99Ms: latency(cells, 0.99),
    callsPerSecond,
    addedMs: isDirect ? undefined : addedMs,
    timesBare: isDirect || concurrency > 1 ? undefined : addedMs / (latency(bare, 0.5) - latency(direct, 0.5)),
    shareOfDirect: isDirect ? undefined : callsPerSecond / speed(direct),
    cpuMicros: cpuOf(cells),
    loopDelayMs: loopDelayOf(cells),
  };
}

function latency(cells: readonly Cell[], share: number): number {
  return median(cells.map(({ latencies }) => quantile(latencies, share)));
}

function speed(cells: readonly Cell[]): number {
  return median(cells.map(({ latencies, elapsedMs }) => (latencies.length / elapsedMs) * 1000));
}

/** Over all rounds together: the clock of `/proc` ticks too slowly for one. */
function cpuOf(cells: readonly Cell[]): number | undefined {
  const spent = cells.map(({ cpuMs }) => cpuMs).filter((ms) => ms !== undefined);
  if (spent.length < cells.length || spent.length === 0) return undefined;
  return (sum(spent) * 1000) / sum(cells.map(({ latencies, errors }) => latencies.length + errors));
}

function loopDelayOf(cells: readonly Cell[]): number | undefined {
  const delays = cells.map(({ loopDelayMs }) => loopDelayMs).filter((ms) => ms !== undefined);
  return delays.length === 0 ? undefined : median(delays);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
