import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

const setupFiles = ['tests/support/each-file.ts'];
/** A worker keeps what it imported for its next file: half of the work of a small test is importing. */
const isolate = false;

export default defineConfig({
  test: {
    globalSetup: ['tests/support/fresh-build.ts', 'tests/support/postgres-setup.ts'],
    pool: 'forks',
    /** One more than a small machine has cores: many tests wait for a server or a timer. */
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'beside sources',
          include: ['server/src/**/*.test.ts', 'sdk/src/**/*.test.ts', 'cli/src/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          setupFiles,
          isolate,
        },
      },
      {
        test: {
          name: 'through the doors',
          include: ['tests/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          setupFiles,
          isolate,
        },
      },
    ],
  },
});
