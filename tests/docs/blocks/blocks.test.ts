import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fencesIn } from '../../../scripts/docs/fences.ts';
import { pages } from '../../../scripts/docs/pages.ts';
import { quoteSources } from '../../../scripts/docs/quote-sources.ts';
import { checkFence } from './check-fence.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe.each(pages())('the blocks of %s', (path) => {
  it('are cut from sources as these are now', () => {
    expect(quoteSources(read(path), read)).toBe(read(path));
  });

  it('show commands, requests and data that exist', async () => {
    const problems = await Promise.all(fencesIn(read(path)).map(checkFence));
    expect(problems.flat()).toEqual([]);
  });
});
