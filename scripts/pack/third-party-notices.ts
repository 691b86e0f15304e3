import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Licences whose code may be handed on inside ours, with their notice. */
const welcome = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
]);

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The notices that the licences of bundled packages ask for. Throws where a licence is not one that allows bundling. */
export async function thirdPartyNotices(root: string, bundles: readonly Metafile[]): Promise<string> {
  const folders = new Set(bundles.flatMap(({ inputs }) => Object.keys(inputs)).flatMap(packageFolder));
  const packages = await Promise.all([...folders].map((folder) => readPackage(join(root, folder))));
  const unwelcome = packages.filter(({ license }) => !welcome.has(license));
  if (unwelcome.length > 0)
    throw new Error(`These cannot be bundled under their licence: ${unwelcome.map(title).join(', ')}`);
  const byName = packages.toSorted((a, b) => (title(a) < title(b) ? -1 : 1));
  const marks =
    'The brand marks in dist/catalog.json are from Simple Icons (CC0-1.0); the brands belong to their owners.';
  return [
    'Plugboard contains these packages, each under its own licence.',
    ...byName.map((found) => `${'='.repeat(80)}\n${title(found)}\n\n${found.text}`),
    `${'='.repeat(80)}\n${marks}\n`,
  ].join('\n\n');
}

function packageFolder(input: string): string[] {
  const [folder] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
  return folder === undefined ? [] : [folder];
}

function title({ name, version, license }: Bundled): string {
  return `${name} ${version} (${license})`;
}

async function readPackage(folder: string): Promise<Bundled> {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
  const owner = typeof author === 'string' ? author : author?.name;
  const text =
    file === undefined ? `Copyright ${owner ?? `the authors of ${name}`}` : await readFile(join(folder, file), 'utf8');
  return { name, version, license: String(license), text: text.trim() };
}
