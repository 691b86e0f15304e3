import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Count, runTests } from './run-tests.ts';

const root = join(import.meta.dirname, '..');

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

function main(): void {
  const counts = [
    ...steps.map(([name, command, ...args]) => timed(name, () => run(command, args))),
    timed('tests', () => runTests(['--reporter=default'])),
  ];
  for (const [tool, proof] of optional)
    if (!has(tool)) process.stdout.write(`not run, for want of ${tool}: ${proof}\n`);
  const sum = (of: keyof Count): number => counts.reduce((all, count) => all + count[of], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

function run(command: string, args: readonly string[]): Count {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function timed(name: string, count: () => Count): Count {
  const startedAt = performance.now();
  const counted = count();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${counted.failed === 0 ? 'done  ' : 'FAILED'} ${name} (${seconds} s)\n`);
  return counted;
}

function has(tool: string): boolean {
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}

main();
