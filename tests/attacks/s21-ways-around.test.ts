import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Where the databases of others are reached, never ours. */
const databasesOfOthers = 'server/src/transports/sql/**';

/** What takes the narrowing off a handle, or goes past it. */
const waysAround =
  /\.withoutPlugins\(|\.getExecutor\(|\.executeQuery\(|\bCompiledQuery\b|\bnew Kysely\b|\bPostgresDialect\b|\bSqliteDialect\b/;
const drivers = /from '(?:pg|node:sqlite)'|import\('(?:pg|node:sqlite)'\)/;

it('S21: nothing outside storage goes around the narrowing to a workspace', () => {
  const offenders = globSync('server/src/**/*.ts', {
    exclude: ['**/*.test.ts', 'server/src/storage/**', databasesOfOthers],
  }).filter((file) => {
    const source = readFileSync(file, 'utf8');
    return waysAround.test(source) || drivers.test(source);
  });
  expect(offenders).toEqual([]);
});

it('S21: only Better Auth gets the handle that writes', () => {
  const offenders = globSync('server/src/**/*.ts', {
    exclude: ['**/*.test.ts', 'server/src/storage/**', 'server/src/access/**'],
  }).filter((file) => /\bstorage\.writer\b/.test(readFileSync(file, 'utf8')));
  expect(offenders).toEqual([]);
});
