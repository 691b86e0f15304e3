import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vitepress';

const docs = join(import.meta.dirname, '..');
const pages = join(import.meta.dirname, 'pages');

/** Builds the site, into `.vitepress/dist` or the folder that is named; fails on a dead link. */
async function main(outDir: string | undefined): Promise<void> {
  await copyPages();
  await build(import.meta.dirname, outDir === undefined ? {} : { outDir });
}

/** The generator finds its packages from where a page lies, so the pages come to where those are. */
async function copyPages(): Promise<void> {
  await rm(pages, { recursive: true, force: true });
  const names = (await readdir(docs)).filter((name) => name !== 'site');
  await Promise.all(names.map((name) => cp(join(docs, name), join(pages, name), { recursive: true })));
  await cp(join(import.meta.dirname, 'index.md'), join(pages, 'index.md'));
}

await main(process.argv[2]);
