import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const report = join(root, '.tmp', 'tests.json');

/** Everything that must hold before a change lands, cheapest first. */
const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format', 'oxfmt', '--check', '.'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['types', 'tsc', '-p', '.'],
  ['connectors', 'node', 'scripts/check-connectors.ts'],
  ['generated files', 'node', 'scripts/generate.ts', '--check'],
  ['unused code', 'knip'],
];

/** What some tests need besides npm; without it they are skipped and named here. */
const optional: readonly (readonly [tool: string, proof: string])[] = [
  ['strace', 'that acknowledged writes were fsynced, counted in the system calls'],
  ['prlimit', 'that a full disk fails writes closed'],
  ['bwrap', 'that local MCP servers run, and what they cannot reach'],
  ['mariadbd', 'that MySQL databases are connected and called'],
  ['chromium', 'the pages of signing in, in a real browser'],
  ['curl', 'the first steps that the documentation shows, as it shows them'],
  ['python3', 'the example in Python, over plain REST'],
  ['systemd-analyze', 'that the systemd unit is valid'],
];

interface Count {
  readonly passed: number;
  readonly failed: number;
}

function main(): void {
  const failed = steps.filter(([name, command, ...args]) => !run(name, command, args)).length;
  const tests = runTests();
  for (const [tool, proof] of optional)
    if (!has(tool)) process.stdout.write(`not run, for want of ${tool}: ${proof}\n`);
  const passed = steps.length - failed + tests.passed;
  process.stdout.write(`\n${passed} passed, ${failed + tests.failed} failed\n`);
  process.exitCode = failed + tests.failed === 0 ? 0 : 1;
}

function run(name: string, command: string, args: readonly string[]): boolean {
  const startedAt = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'done  ' : 'FAILED'} ${name} (${seconds} s)\n`);
  return status === 0;
}

function has(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** The tests, counted from their own report: its word counts, because a library in a test may change the exit code. */
function runTests(): Count {
  mkdirSync(join(root, '.tmp'), { recursive: true });
  rmSync(report, { force: true });
  run('tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile=${report}`]);
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

main();
