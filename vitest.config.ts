import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/src/**/*.test.ts', 'sdk/src/**/*.test.ts', 'cli/src/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['tests/support/fresh-build.ts', 'tests/support/postgres-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    /** One more than a small machine has cores: many tests wait for a server or a timer. */
    maxWorkers: Math.max(3, availableParallelism()),
  },
});
