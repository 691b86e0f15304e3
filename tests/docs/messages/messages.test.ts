import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guides/troubleshooting.md'), 'utf8');

/** What the page quotes, a message each. */
const messages = [...guide.matchAll(/^> (.+)$/gm)].map(([, message = '']) => message.trim());

/** Our programs, with texts that are broken over lines put together again. */
const sources = globSync(['server/src/**/*.ts', 'cli/src/**/*.ts', 'scripts/need-node.mjs'], { cwd: root })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/['`]\s*\+\s*['`]/g, ''))
  .join('\n');

/** Whether a program says this: each `…` stands for one value put in there, or for whatever comes before or after. */
function isSaid(message: string): boolean {
  const parts = message.replace(/^…|…$/g, '').split('…');
  const literal = parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(literal.join('(?:\\$\\{[^\\n]{1,160}?\\}|…)')).test(sources);
}

describe('troubleshooting by message', () => {
  it('quotes messages', () => {
    expect(messages.length).toBeGreaterThan(40);
    expect(new Set(messages).size).toBe(messages.length);
  });

  it.each(messages)('is about what a program says: %s', (message) => {
    expect(isSaid(message)).toBe(true);
  });

  it('would find out about one that nobody says', () => {
    expect(isSaid('The disk of the database is rather full, so nothing can be written.')).toBe(false);
  });
});
