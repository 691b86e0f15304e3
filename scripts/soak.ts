import { runTests } from './run-tests.ts';

/** Repeats by itself, so that one run has all rounds. */
const inRounds = ['tests/journeys/token-renewal-replicas.test.ts'];

/** What kills processes and takes over from them: each run falls into other moments. */
const again = [
  'token-renewal-cut-off',
  'key-rotation-cut-off',
  'key-rotation-replicas',
  'revoking-cut-off',
  'revoking-replicas',
  'revoking-renewals',
  'health-cut-off',
  'health-cascade',
].map((name) => `tests/journeys/${name}.test.ts`);

/** The life of a connection under kill -9 and takeovers, in as many rounds as are asked for: `npm run soak -- 20`. */
function main(): void {
  const rounds = Number(process.argv[2] ?? '20');
  if (!Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write('How many rounds? A whole number from 1: npm run soak -- 20\n');
    process.exitCode = 2;
    return;
  }
  const runs = [
    { name: `renewal by three processes, ${rounds} rounds`, files: inRounds },
    ...Array.from({ length: rounds }, (_, index) => ({ name: `round ${index + 1} of ${rounds}`, files: again })),
  ];
  const failed = runs.filter(({ name, files }) => !passes(name, files, rounds));
  process.stdout.write(`\n${runs.length - failed.length} runs passed, ${failed.length} failed\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function passes(name: string, files: readonly string[], rounds: number): boolean {
  const startedAt = performance.now();
  const env = { ...process.env, PLUGBOARD_TEST_ROUNDS: String(rounds) };
  const { failed } = runTests(['--reporter=dot', ...files], env);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  process.stdout.write(`${failed === 0 ? 'passed' : 'FAILED'} ${name} (${seconds} s)\n`);
  return failed === 0;
}

main();
