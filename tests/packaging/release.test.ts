import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { placesOfVersion } from '../../scripts/release/raise-version.ts';
import { releaseChanges } from '../../scripts/release/release-changes.ts';

const root = join(import.meta.dirname, '../..');
const { version, workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-release-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Nobody', '-c', 'user.email=nobody@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const take = () =>
    spawnSync(process.execPath, [join(root, 'scripts/release/version.ts')], { cwd: folder, encoding: 'utf8' });

  /** A repository of its own with the files that say the version. */
  function copyTree(): void {
    const manifests = workspaces.map((name: string) => `${name}/package.json`);
    for (const path of [...placesOfVersion, ...manifests, 'CHANGELOG.md', '.changeset/config.json'])
      cpSync(join(root, path), join(folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '--message=Before');
  }

  it('says one version everywhere', () => {
    for (const path of placesOfVersion)
      expect([path, readFileSync(join(root, path), 'utf8').includes(version)]).toEqual([path, true]);
    for (const name of workspaces) {
      const manifest = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
      expect([name, manifest.version]).toEqual([name, version]);
    }
  });

  it('is not made where nothing waits', () => {
    copyTree();
    expect(take()).toMatchObject({ status: 1, stderr: expect.stringContaining('npx changeset') });
    expect(git('status', '--porcelain')).toBe('');
  });

  it('takes the largest step that waits, everywhere, and tells what changed', () => {
    const change = (step: string, sentence: string): string =>
      `---\n'@plugboard/server': ${step}\n---\n\n${sentence}\n`;
    writeFileSync(join(folder, '.changeset/one.md'), change('patch', 'Mended what was broken.'));
    writeFileSync(join(folder, '.changeset/two.md'), change('minor', 'Something new:\nsee the guide.'));
    expect(take()).toMatchObject({ status: 0, stderr: expect.not.stringContaining('rror') });
    const [major, minor] = version.split('.').map(Number);
    const next = `${major}.${minor + 1}.0`;
    for (const path of placesOfVersion) expect([path, read(path).includes(next)]).toEqual([path, true]);
    for (const name of workspaces) expect(JSON.parse(read(`${name}/package.json`)).version).toBe(next);
    const lock = JSON.parse(read('package-lock.json'));
    expect([lock.version, lock.packages[''].version, lock.packages.server.version]).toEqual([next, next, next]);
    expect(read('CHANGELOG.md')).toMatch(
      new RegExp(`^# Changelog\n\n## Unreleased\n\n## ${next} \\(\\d{4}-\\d{2}-\\d{2}\\)\n\n- `),
    );
    expect(read('CHANGELOG.md')).toContain('- Mended what was broken.\n');
    expect(read('CHANGELOG.md')).toContain('- Something new:\n  see the guide.\n');
    expect(readdirSync(join(folder, '.changeset'))).toEqual(['config.json']);
    expect(existsSync(join(folder, 'server/CHANGELOG.md'))).toBe(false);
  });

  it('keeps what earlier versions said', () => {
    const before = '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- Old.\n';
    const after = releaseChanges(before, { version: '0.3.0', date: '2027-01-01', sentences: ['New.'] });
    expect(after).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.3.0 (2027-01-01)\n\n- New.\n\n## 0.2.0 (2026-12-01)\n\n- Old.\n',
    );
    expect(() => releaseChanges('# Changelog\n', { version: '1.0.0', date: '', sentences: [] })).toThrow('Unreleased');
  });
});
