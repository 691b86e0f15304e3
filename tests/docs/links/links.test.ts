import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsIn, linksIn } from './links-in.ts';

const root = join(import.meta.dirname, '../../..');
const foreign = /(^|\/)(node_modules|dist|build|data|recorded|\.tmp|\.git|results|pages)(\/|$)/;
const everyPage = globSync(
  ['*.md', '{docs,connectors,scripts,examples,sdk,cli,deploy,bench,tests,.changeset}/**/*.md'],
  {
    cwd: root,
    exclude: (path) => foreign.test(path),
  },
).toSorted();

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A link says where it leads: to a file or folder that is there, and to a heading that is on that page. */
function problemWith(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)));
  if (file.startsWith('..')) return `${target} leads out of the repository`;
  if (!existsSync(join(root, file))) return `${target}: there is no ${file}`;
  if (anchor === undefined || anchor === '') return undefined;
  if (statSync(join(root, file)).isDirectory()) return `${target}: a folder has no anchors`;
  return anchorsIn(read(file)).has(anchor) ? undefined : `${target}: ${file} has no heading for #${anchor}`;
}

describe('links', () => {
  it('are looked for where pages are', () => {
    expect(everyPage).toEqual(
      expect.arrayContaining(['README.md', 'docs/guides/keys.md', 'connectors/github/README.md']),
    );
  });

  it.each(everyPage)('of %s lead somewhere', (page) => {
    const problems = linksIn(read(page)).flatMap(({ target, line }) => {
      const problem = problemWith(page, target);
      return problem === undefined ? [] : `line ${line}: ${problem}`;
    });
    expect(problems).toEqual([]);
  });

  it('are told apart from code, the network and anchors', () => {
    const page =
      '[a](b.md#c) `[no](x.md)` [w](https://x.example) ![p](<d.svg>)\n```md\n[no](y.md)\n```\n<img src="e.svg">\n';
    expect(linksIn(page).map(({ target }) => target)).toEqual(['b.md#c', 'd.svg', 'e.svg']);
    expect([...anchorsIn('# A `b` c!\n## A b c\n<a id="own"></a>')]).toEqual(['a-b-c', 'a-b-c-1', 'own']);
  });
});
