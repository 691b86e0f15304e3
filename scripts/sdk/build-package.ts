import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const sdk = join(root, 'sdk');

/** Makes the package `@plugboard/sdk` in a folder that is emptied first: plain JavaScript, its types, and what says what it is. */
export async function buildPackage(out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all([compile('tsconfig.build.json', out), compile('tsconfig.adapters.json', out)]);
  await Promise.all([
    pointTypesToJavaScript(out),
    writeManifest(out),
    cp(join(sdk, 'README.md'), join(out, 'README.md')),
    cp(join(root, 'LICENSE'), join(out, 'LICENSE')),
  ]);
}

async function compile(project: string, out: string): Promise<void> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const child = spawn(tsc, ['-p', join(sdk, project), '--outDir', out], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${project} was not compiled:\n${said}`);
}

/** The compiler rewrites the imports of JavaScript and leaves those of declarations as they were. */
async function pointTypesToJavaScript(out: string): Promise<void> {
  const files = (await readdir(out, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
  await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(out, file), 'utf8');
      await writeFile(join(out, file), text.replaceAll(/(['"])(\.{1,2}\/[^'"]+)\.ts\1/g, '$1$2.js$1'));
    }),
  );
}

/** The manifest of the workspace, with entries that are compiled and without what is for development. */
async function writeManifest(out: string): Promise<void> {
  const { private: _, exports, ...manifest } = JSON.parse(await readFile(join(sdk, 'package.json'), 'utf8'));
  const entries = Object.entries<string>(exports).map(([entry, source]) => [entry, compiled(source)]);
  const published = { ...manifest, exports: { ...Object.fromEntries(entries), './package.json': './package.json' } };
  await writeFile(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}

/** `./adapters/ai.ts` → its types and its JavaScript */
function compiled(source: string): { readonly types: string; readonly default: string } {
  const name = `./${source.replace(/^\.\/(?:src|adapters)\//, '').replace(/\.ts$/, '')}`;
  return { types: `${name}.d.ts`, default: `${name}.js` };
}
