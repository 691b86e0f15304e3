import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What a transaction's work must not await: handles that are not its own trx, and the network. */
const forbidden =
  /\b(?:db|ctx\.db|storage|ctx\.storage|app\.storage)\.(?:rows|writer|workspace|transact)\b|\bawait\s+(?:ctx\.|app\.)?egress\b|\bfetch\(/;

it('R3: no transaction work in the sources uses a handle that is not its own trx', () => {
  const offenders = globSync('server/src/**/*.ts', { exclude: ['**/*.test.ts'] }).flatMap((file) =>
    transactionWorks(readFileSync(file, 'utf8'))
      .filter((work) => forbidden.test(work))
      .map((work) => `${file}: ${work.match(forbidden)?.[0]}`),
  );
  expect(offenders).toEqual([]);
});

it('R3: the search finds an offender', () => {
  const [work] = transactionWorks(
    `await db.transact(async (trx) => { await put(trx, ')'); /* somebody's ) */ await db.rows.selectFrom('x'); });`,
  );
  expect(work).toMatch(forbidden);
});

/** The argument of every `transact(…)`, whatever its nesting. */
function transactionWorks(file: string): string[] {
  const source = withoutCommentsAndTexts(file);
  const calls = [...source.matchAll(/\.transact(?:<[^(]*>)?\(/g)];
  return calls.map((call) => argumentAt(source, call.index + call[0].length));
}

function withoutCommentsAndTexts(source: string): string {
  return source.replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

function argumentAt(source: string, start: number): string {
  let depth = 1;
  let at = start;
  for (; at < source.length && depth > 0; at++) {
    if (source[at] === '(') depth++;
    if (source[at] === ')') depth--;
  }
  return source.slice(start, at - 1);
}
