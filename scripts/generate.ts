import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documentation } from '../server/src/http/openapi/documentation.ts';
import { renderArchitecture } from './architecture.ts';

const root = join(import.meta.dirname, '..');

/** Files that are made from the code, each by the function that makes it. */
const generated: Readonly<Record<string, () => string>> = {
  'docs/openapi.json': () => `${JSON.stringify(documentation(), null, 2)}\n`,
  'docs/ARCHITECTURE.md': renderArchitecture,
};

/** Writes what is generated; with `--check` it only says what is out of date and fails. */
function main(check: boolean): void {
  const stale = Object.entries(generated).filter(([path, make]) => read(path) !== make());
  for (const [path, make] of stale) {
    if (check) process.stdout.write(`${path} is out of date. Run: npm run generate\n`);
    else write(path, make());
  }
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  process.stdout.write(`wrote ${path}\n`);
}

main(process.argv.includes('--check'));
