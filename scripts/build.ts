import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [out = join(root, 'dist'), list] = process.argv.slice(2);

/**
 * Makes what `npm start` runs besides the catalog: the server in one file, the schema worker, the program for SQLite files, the pages.
 * Another folder than `dist`, and a file for what esbuild tells of it, can be named.
 */
async function main(): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all([bundle(), cp(join(root, 'dashboard/src'), join(out, 'dashboard'), { recursive: true })]);
}

async function bundle(): Promise<void> {
  const { metafile } = await build({
    entryPoints: {
      server: join(root, 'server/src/main.ts'),
      maintain: join(root, 'server/src/maintain.ts'),
      'schema-worker': join(root, 'server/src/workers/compile-in-worker.ts'),
      'sqlite-program': join(root, 'server/src/transports/sql/sqlite/sqlite-program.ts'),
    },
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // Packages that load parts of themselves by path or on first use stay in node_modules.
    external: ['pg', 'pg-native', 'better-sqlite3', 'mysql2'],
    banner: {
      js: "import { createRequire as requireBeside } from 'node:module'; const require = requireBeside(import.meta.url);",
    },
    logLevel: 'warning',
    absWorkingDir: root,
    metafile: true,
  });
  if (list !== undefined) await writeFile(list, JSON.stringify(metafile));
}

await main();
