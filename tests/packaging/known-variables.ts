import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The variables that the server reads, each also as `NAME_FILE`. */
export function knownVariables(): ReadonlySet<string> {
  const source = readFileSync(join(root, 'server/src/config.ts'), 'utf8');
  const names = [...source.matchAll(/\(\s*'((?:PLUGBOARD_|DATABASE_URL)[A-Z_]*)'/g)].map(([, name = '']) => name);
  return new Set(names.flatMap((name) => [name, `${name}_FILE`]));
}
