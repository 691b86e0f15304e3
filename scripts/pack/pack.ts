import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleCli } from './bundle-cli.ts';
import { dependenciesOf, packageManifest } from './package-manifest.ts';
import { packageReadme } from './package-readme.ts';
import { pinnedTree } from './pinned-tree.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const root = join(import.meta.dirname, '../..');
const out = process.argv[2] ?? join(root, 'build/package');

/** Writes the folder that `npm pack` and `npm publish` send out as `plugboard`: built, with exact dependencies, without sources. */
async function main(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, 'dist'), { recursive: true });
  const bundles = [await buildServer(), await bundleCli({ root, out: join(out, 'dist/cli') })];
  run('scripts/build-catalog.ts', join(out, 'dist/catalog.json'));
  const dependencies = await dependenciesOf(root, bundles);
  const manifest = await packageManifest(root, dependencies);
  await Promise.all([
    writeJson('package.json', manifest),
    writeJson('npm-shrinkwrap.json', await pinnedTree(root, manifest)),
    writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(root, bundles)),
    writeFile(join(out, 'README.md'), await packageReadme(root)),
    cp(join(root, 'LICENSE'), join(out, 'LICENSE')),
    cp(join(root, 'connectors/connector.schema.json'), join(out, 'connectors/connector.schema.json')),
  ]);
  process.stdout.write(`${manifest.name} ${manifest.version}: ${out}\n`);
}

/** The server as `npm start` runs it, and what esbuild tells of its parts. */
async function buildServer(): Promise<Metafile> {
  const told = join(tmpdir(), `plugboard-pack-${process.pid}.json`);
  try {
    run('scripts/build.ts', join(out, 'dist'), told);
    return JSON.parse(await readFile(told, 'utf8'));
  } finally {
    await rm(told, { force: true });
  }
}

function run(script: string, ...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { stdio: ['ignore', 'ignore', 2] });
  if (status !== 0) throw new Error(`${script} failed.`);
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await writeFile(join(out, name), `${JSON.stringify(value, null, 2)}\n`);
}

await main();
