import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const report = join(root, '.tmp', 'tests.json');

export interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Runs tests, and counts them from their own report: its word counts, because a library in a test may change the exit code. */
export function runTests(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Count {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  rmSync(report, { force: true });
  const all = ['run', ...args, '--reporter=json', `--outputFile=${report}`];
  spawnSync('vitest', all, { cwd: root, stdio: 'inherit', env });
  return readReport();
}

/** A run that broke off, or a file that did not even load, counts as one failure where no test failed. */
function readReport(): Count {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const told = JSON.parse(readFileSync(report, 'utf8'));
  const failed = Number(told.numFailedTests);
  const isWhole = told.success === true || failed > 0;
  return { passed: Number(told.numPassedTests), failed: isWhole ? failed : 1 };
}
