import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const sources = ['server/src', 'connectors', 'dashboard/src', 'scripts'];
const built = ['dist/server.js', 'dist/catalog.json'].map((file) => join(root, file));

/** Builds `dist/` where a source is newer: the server processes and the commands of tests run what is shipped. */
export function setup(): void {
  if (built.every(existsSync) && newestSource() < Math.min(...built.map(changedAt))) return;
  for (const script of ['build.ts', 'build-catalog.ts']) {
    const { status } = spawnSync(process.execPath, [join(root, 'scripts', script)], { stdio: ['ignore', 'ignore', 2] });
    if (status !== 0) throw new Error(`scripts/${script} failed.`);
  }
}

function newestSource(): number {
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  );
  return Math.max(...files.map(changedAt));
}

function changedAt(file: string): number {
  return statSync(file).mtimeMs;
}
