import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { requirements } from './requirements.ts';
import type { Requirement } from './requirements/requirement.ts';

const root = join(import.meta.dirname, '..');
const places = ['tests', 'server/src', 'sdk', 'cli', 'dashboard', 'examples'];

describe('requirements', () => {
  const cited = new Set(testFiles().flatMap((file) => citationsIn(readFileSync(file, 'utf8'))));

  afterAll(() => {
    process.stdout.write(`${waitingLine(requirements)}\n`);
  });

  it('have an id of their own', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
  });

  it('are each held by a test, or say what they wait for', () => {
    expect(uncited(requirements, cited)).toEqual([]);
  });

  it('that a test holds wait for nothing', () => {
    expect(requirements.filter(({ id, waits }) => waits !== undefined && cited.has(id))).toEqual([]);
  });

  it('that a test cites are in the list', () => {
    const known = new Set(requirements.map(({ id }) => id));
    expect([...cited].filter((id) => !known.has(id))).toEqual([]);
  });
});

describe('the gate', () => {
  it('finds citations however many stand in one place', () => {
    const source =
      "covers('a/one', 'a/two');\nit('x', () => {\n  covers(\n    'a/three',\n  );\n});\ndiscovers('no/one');";
    expect(citationsIn(source)).toEqual(['a/one', 'a/two', 'a/three']);
  });

  it('lets nothing through that is neither held nor waiting', () => {
    const rows = [
      { id: 'a/held', source: 'a', sentence: 'Held.' },
      { id: 'a/waiting', source: 'a', sentence: 'Waits.', waits: 'b' },
      { id: 'a/forgotten', source: 'a', sentence: 'Forgotten.' },
    ];
    expect(uncited(rows, new Set(['a/held']))).toEqual(['a/forgotten']);
  });
});

/** `12 of 180 promises wait: 9 for oauth, 3 for end users` */
function waitingLine(rows: readonly Requirement[]): string {
  const counts = Map.groupBy(
    rows.flatMap(({ waits }) => (waits === undefined ? [] : [waits])),
    (waits) => waits,
  );
  const parts = [...counts].sort(([, left], [, right]) => right.length - left.length);
  const total = parts.reduce((sum, [, { length }]) => sum + length, 0);
  const reasons = parts.map(([waits, { length }]) => `${length} for ${waits}`).join(', ');
  return `${total} of ${rows.length} promises wait${reasons === '' ? '' : `: ${reasons}`}`;
}

function uncited(rows: readonly Requirement[], cited: ReadonlySet<string>): readonly string[] {
  return rows.filter(({ id, waits }) => waits === undefined && !cited.has(id)).map(({ id }) => id);
}

function citationsIn(source: string): readonly string[] {
  const calls = source.matchAll(/(?<![\w.])covers\(([^)]*)\)/g);
  return [...calls].flatMap(([, inside = '']) => [...inside.matchAll(/'([^']+)'/g)].map(([, id = '']) => id));
}

function testFiles(): readonly string[] {
  return places.flatMap((place) =>
    readdirSync(join(root, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name) && entry.name !== 'requirements.test.ts')
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.includes('node_modules')),
  );
}
