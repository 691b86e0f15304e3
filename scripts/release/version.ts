import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseChanges } from './release-changes.ts';
import { placesOfVersion, raiseVersion } from './raise-version.ts';

const root = process.cwd();

/** Takes the step to the next version: in every place that says it, and in the changelog. Ends with 1 where nothing waits. */
function main(): void {
  const { changesets, releases } = status();
  const [{ newVersion: version } = { newVersion: undefined }] = releases;
  if (version === undefined) {
    process.stderr.write('Nothing waits in .changeset/. Describe what changed with: npx changeset\n');
    process.exitCode = 1;
    return;
  }
  const { version: before } = JSON.parse(read('package.json'));
  changeset('version');
  for (const place of placesOfVersion) write(place, raiseVersion(read(place), { place, from: before, to: version }));
  const date = new Date().toISOString().slice(0, 10);
  const sentences = changesets.map(({ summary }) => summary);
  write('CHANGELOG.md', releaseChanges(read('CHANGELOG.md'), { version, date, sentences }));
  process.stdout.write(`${before} → ${version}. Look at CHANGELOG.md, commit, and tag v${version}.\n`);
}

interface Status {
  readonly changesets: readonly { readonly summary: string }[];
  readonly releases: readonly { readonly newVersion: string }[];
}

/** What waits, as changesets tells it. */
function status(): Status {
  const file = join(tmpdir(), `plugboard-release-${process.pid}.json`);
  try {
    changeset('status', `--output=${file}`);
    return JSON.parse(readFileSync(file, 'utf8'));
  } finally {
    rmSync(file, { force: true });
  }
}

function changeset(...args: readonly string[]): void {
  execFileSync(join(root, 'node_modules/.bin/changeset'), args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

main();
