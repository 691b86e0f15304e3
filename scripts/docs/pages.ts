import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteSources } from './quote-sources.ts';

const root = join(import.meta.dirname, '../..');

/** The pages that people read, by path: those at the root, of the package and of the examples, and everything under docs/ but the reference, which is generated, and the site. */
export function pages(): readonly string[] {
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  const written = below.filter((path) => path.endsWith('.md') && !/^(site|reference)\//.test(path));
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? `examples/${entry.name}/README.md` : [],
  );
  return [
    'README.md',
    'CONTRIBUTING.md',
    'scripts/pack/README.md',
    'examples/README.md',
    ...examples.filter((path) => existsSync(join(root, path))).toSorted(),
    ...written.map((path) => `docs/${path}`).toSorted(),
  ];
}

/** The pages that quote sources, each with what it should hold. */
export function quotingPages(): Readonly<Record<string, string>> {
  const quoting = pages().filter((path) => read(path).includes('<!-- from: '));
  return Object.fromEntries(quoting.map((path) => [path, withName(path)]));
}

function withName(path: string): string {
  try {
    return quoteSources(read(path), read);
  } catch (cause) {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
