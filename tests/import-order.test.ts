import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { importProblems, importsOf, neighbours } from '../scripts/import-order.ts';

const root = join(import.meta.dirname, '..');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What is wrong with a repository of these files. */
function problemsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-order-'));
  folders.push(folder);
  for (const name of [...Object.keys(neighbours), 'server/src']) mkdirSync(join(folder, name), { recursive: true });
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  return importProblems(folder);
}

describe('imports', () => {
  it('point down, in this repository', () => {
    expect(importProblems(root)).toEqual([]);
  });

  it.each([
    "import { a } from '../http/a.ts';",
    "import type { A } from '../http/a.ts';",
    "import {\n  a,\n  b,\n} from '../http/a.ts';",
    "import '../http/a.ts';",
    "export * from '../http/a.ts';",
    "export { a } from '../http/a.ts';",
    "const a = await import('../http/a.ts');",
    "type A = import('../http/a.ts').A;",
    "declare module '../http/a.ts' { interface A {} }",
  ])('that point up are found: %s', (source) => {
    expect(problemsOf({ 'server/src/storage/b.ts': source, 'server/src/http/a.ts': '' })).toHaveLength(1);
  });

  it('may point down, sideways and, in tests, anywhere', () => {
    const files = {
      'server/src/http/a.ts': "import '../storage/b.ts';\nimport './c.ts';",
      'server/src/http/c.ts': '',
      'server/src/storage/b.ts': "import 'node:fs';",
      'server/src/storage/b.test.ts': "import '../http/a.ts';",
    };
    expect(problemsOf(files)).toEqual([]);
  });

  it('from a place the list does not name are found', () => {
    expect(problemsOf({ 'server/src/utils/a.ts': '' })).toEqual([
      `${join('utils', 'a.ts')} is in a place the list does not name.`,
    ]);
  });

  it.each([
    ['sdk/src/a.ts', "import '../../server/src/main.ts';"],
    ['sdk/src/a.ts', "import '../../cli/src/a.ts';"],
    ['cli/src/a.ts', "import '../../server/src/main.ts';"],
    ['dashboard/src/a.tsx', "import '../../cli/src/a.ts';"],
    ['examples/a.ts', "import '../server/src/main.ts';"],
    ['server/src/http/a.ts', "import '../../../sdk/src/a.ts';"],
  ])('from %s to where it may not look are found: %s', (path, source) => {
    expect(problemsOf({ [path]: source })).toHaveLength(1);
  });

  it('of packages are none of its business', () => {
    expect(importsOf("import { z } from 'zod';\nimport fs from 'node:fs';")).toEqual([]);
  });
});
