import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';

/** The program that runs statements on SQLite files, as the source tree has it. */
export const sqliteProgram = pathToFileURL(
  join(import.meta.dirname, '../../server/src/transports/sql/sqlite/sqlite-program.ts'),
);

/** Two folders side by side, one opened for files and one with our own data. Called in a block, they are gone after it. */
export function sqliteFolders(): { readonly filesDir: string; readonly dataDir: string } {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-files-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const folders = { filesDir: join(folder, 'files'), dataDir: join(folder, 'data') };
  for (const each of Object.values(folders)) mkdirSync(each);
  return folders;
}

/** Makes an SQLite file with these statements in it. */
export function makeSqlite(path: string, ...statements: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  for (const statement of statements) db.exec(statement);
  db.close();
}
