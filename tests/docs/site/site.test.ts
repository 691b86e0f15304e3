import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackages } from '../../support/own-packages.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const site = join(root, 'docs/site');

/** How long installing its packages and building it may take, in milliseconds. */
const longest = 180_000;

describe('the site', () => {
  const out = mkdtempSync(join(tmpdir(), 'plugboard-site-'));
  const page = (path: string): string => readFileSync(join(out, path), 'utf8');

  beforeAll(async () => {
    await installPackages(site);
    // It fails on a dead link.
    await execute(process.execPath, [join(site, 'build.ts'), out], { cwd: site, maxBuffer: 10_000_000 });
  }, longest);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('has a page for every page of docs/, and a beginning', () => {
    const written = globSync('**/*.md', { cwd: join(root, 'docs'), exclude: ['site/**'] });
    const missing = written
      .map((path) => path.replace(/(^|\/)README\.md$/, '$1index.md').replace(/md$/, 'html'))
      .filter((path) => !existsSync(join(out, path)));
    expect(missing).toEqual([]);
    expect(page('index.html')).toContain('Between AI agents and everything they must reach');
  });

  it('leads to every guide and to the reference from everywhere', () => {
    const shown = page('guides/concepts.html');
    for (const guide of globSync('*.md', { cwd: join(root, 'docs/guides') }))
      expect([guide, shown.includes(`href="/guides/${guide.slice(0, -'.md'.length)}"`)]).toEqual([guide, true]);
    expect(shown).toContain('href="/reference/"');
  });

  it('shows blocks and placeholders as they are written', () => {
    expect(page('guides/quickstart.html')).toContain('list_issues');
    expect(page('reference/connections.html')).toContain('/api/v1/connections/{id}');
  });

  it('asks nobody else for anything', () => {
    const foreign = [...page('index.html').matchAll(/(?:src|href)="(https?:\/\/[^"]+)"/g)].map(([, url]) => url);
    expect(foreign).toEqual([]);
  });
});
