import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The `package.json` of the published package. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [fact: string]: unknown;
}

/** Made from the root's facts and nothing else: no scripts, no workspaces, nothing for development. */
export async function packageManifest(
  root: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<PackageManifest> {
  const { version, description, license, engines } = await readJson(join(root, 'package.json'));
  return {
    name: 'plugboard',
    version,
    description,
    keywords: ['mcp', 'ai', 'agents', 'connectors', 'oauth', 'tools', 'self-hosted'],
    license,
    type: 'module',
    bin: { plugboard: 'dist/cli/plugboard.js' },
    engines,
    files: ['dist', 'connectors', 'THIRD-PARTY-NOTICES.txt', 'npm-shrinkwrap.json'],
    dependencies,
  };
}

/** The packages that the bundles leave outside, with the versions the server names. What it does not name is loaded nowhere. */
export async function dependenciesOf(
  root: string,
  bundles: readonly Metafile[],
): Promise<Readonly<Record<string, string>>> {
  const { dependencies } = await readJson(join(root, 'server/package.json'));
  const outside = new Set(bundles.flatMap(importedFromOutside));
  return Object.fromEntries(Object.entries<string>(dependencies).filter(([name]) => outside.has(name)));
}

function importedFromOutside({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  return imports.filter(({ external, path }) => external === true && !isOfNode(path)).map(({ path }) => path);
}

function isOfNode(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}

async function readJson(file: string) {
  return JSON.parse(await readFile(file, 'utf8'));
}
