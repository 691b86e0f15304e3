import type { Row } from './load/summarise.ts';
import type { Scene } from './scenes/scene.ts';
import type { Starts } from './plugboard/measure-starts.ts';

/** Everything one run found out. */
export interface Report {
  readonly at: string;
  readonly node: string;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly rounds: number;
  /** Whether `dist/` is older than the sources it was built from. */
  readonly stale: boolean;
  readonly starts: Starts;
  /** Resident megabytes of Plugboard after the load; `undefined` where there is no `/proc`. */
  readonly residentAfterMb: number | undefined;
  readonly rows: readonly Row[];
  readonly scenes: readonly Scene[];
}

type Column = readonly [title: string, show: (row: Row) => string];

const columns: readonly Column[] = [
  ['target', ({ target }) => target],
  ['c', ({ concurrency }) => String(concurrency)],
  ['n', ({ calls }) => String(calls)],
  ['errors', ({ errors }) => String(errors)],
  ['p50 ms', ({ p50Ms }) => digits(p50Ms, 2)],
  ['p95 ms', ({ p95Ms }) => digits(p95Ms, 2)],
  ['p99 ms', ({ p99Ms }) => digits(p99Ms, 2)],
  ['calls/s', ({ callsPerSecond }) => digits(callsPerSecond, 0)],
  ['added ms', ({ addedMs }) => digits(addedMs, 2)],
  ['x bare', ({ timesBare }) => digits(timesBare, 1)],
  ['of direct', ({ shareOfDirect }) => digits(shareOfDirect, 2)],
  ['CPU µs', ({ cpuMicros }) => digits(cpuMicros, 0)],
  ['loop p99 ms', ({ loopDelayMs }) => digits(loopDelayMs, 1)],
];

/** The report as text for a terminal. */
export function showReport(report: Report): string {
  const { starts } = report;
  return [
    `Node ${report.node}, ${report.cpus} × ${report.cpuModel}, medians of ${report.rounds} rounds`,
    ...(report.stale ? ['dist/ is older than the sources: npm run prepare builds it anew.'] : []),
    '',
    ...showTable(report.rows),
    '',
    `Ready after ${digits(starts.firstMs, 0)} ms in an empty folder, ${digits(starts.secondMs, 0)} ms the second time (medians of ${starts.times})`,
    `Memory ${digits(starts.residentMb, 0)} MB when ready, ${digits(report.residentAfterMb, 0)} MB after the load`,
    ...report.scenes.flatMap(showScene),
    ...report.rows.filter(({ errors }) => errors > 0).map(showErrors),
    '',
  ].join('\n');
}

/** The rows as a table for a terminal. */
export function showTable(rows: readonly Row[]): readonly string[] {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, show]) => show(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  );
}

function showScene({ title, figures, errors }: Scene): readonly string[] {
  const lines = Object.entries(figures).map(([name, value]) => `  ${name}: ${digits(value, value < 100 ? 2 : 0)}`);
  return ['', title, ...lines, ...(errors > 0 ? [`  WRONG: ${errors} answers`] : [])];
}

function showErrors({ target, concurrency, errors, firstError }: Row): string {
  return `WRONG: ${errors} answers of ${target} at c=${concurrency}, the first: ${firstError}`;
}

function digits(value: number | undefined, count: number): string {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(count);
}
