import { type Cell, type Load, runCell } from './run-cell.ts';
import type { Target } from './targets.ts';

/** Every cell that one target had under one load. */
export interface Measured {
  readonly target: Target;
  readonly concurrency: number;
  readonly cells: Cell[];
}

export interface RoundsWish {
  readonly targets: readonly Target[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  /** Told after each round; 0 is the warm-up. */
  readonly onRound: (round: number) => void;
}

/**
 * Measures the targets in turn, round after round, so that whatever slows the machine down meets all of them. The first
 * round, a third as long, is dropped; each round begins with another target.
 */
export async function runRounds({ targets, loads, rounds, onRound }: RoundsWish): Promise<readonly Measured[]> {
  const measured = loads.flatMap(({ concurrency, upstreams }) =>
    targets
      .filter(({ upstream }) => upstreams.includes(upstream))
      .map((target): Measured => ({ target, concurrency, cells: [] })),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (const load of loads) {
      const those = measured.filter(({ concurrency }) => concurrency === load.concurrency);
      for (const one of rotated(those, round)) await measureOne(one, load, round === 0);
    }
    onRound(round);
  }
  return measured;
}

async function measureOne({ target, cells }: Measured, load: Load, isWarmUp: boolean): Promise<void> {
  const cell = await runCell(target, isWarmUp ? { ...load, calls: Math.ceil(load.calls / 3) } : load);
  if (!isWarmUp || cell.errors > 0) cells.push(cell);
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
