import { access, constants, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRecord, parseJson } from '../../../../lib/json.ts';
import { isInside } from '../isolation/is-inside.ts';

/** A program on this machine, or why it cannot be run, as a sentence for the operator. */
export type FoundProgram =
  | { readonly ok: true; readonly command: readonly string[]; readonly reads: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Finds the program that a manifest's `command` names. A package is never downloaded: it lies in the operator's folder of
 * packages or beside Plugboard's own, in exactly the version that is named.
 */
export function findProgram(command: string, packages: string | undefined): Promise<FoundProgram> {
  const [, name, version] = /^npm:(.+)@([^@]+)$/.exec(command) ?? [];
  if (name === undefined || version === undefined) return findFile(command);
  return findPackage({ name, version }, packages);
}

async function findFile(path: string): Promise<FoundProgram> {
  try {
    const file = await realpath(path);
    await access(file, constants.X_OK);
    return { ok: true, command: [file], reads: [file] };
  } catch {
    return {
      ok: false,
      message: `${path} is not there or cannot be run. Install it, or correct the list of commands.`,
    };
  }
}

interface Package {
  readonly name: string;
  readonly version: string;
}

async function findPackage({ name, version }: Package, packages: string | undefined): Promise<FoundProgram> {
  const other: string[] = [];
  for (const place of placesOf(packages)) {
    const found = await readPackage(place, name);
    if (found?.version === version) return entryOf(found, place);
    if (found !== undefined) other.push(found.version);
  }
  const instead = other.length === 0 ? 'is not installed' : `is installed as ${other.join(' and ')} instead`;
  const install = `npm install --prefix <folder> ${name}@${version}`;
  const message = `${name} ${version} ${instead}. Run "${install}" and set PLUGBOARD_STDIO_PACKAGES=<folder>.`;
  return { ok: false, message };
}

/** The operator's folder comes first, then those that Node would look in from here. */
function placesOf(packages: string | undefined): string[] {
  const places = packages === undefined ? [] : [join(packages, 'node_modules')];
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    places.push(join(folder, 'node_modules'));
    if (folder === dirname(folder)) return places;
  }
}

interface InstalledPackage {
  readonly folder: string;
  readonly version: string;
  readonly bin: unknown;
}

async function readPackage(place: string, name: string): Promise<InstalledPackage | undefined> {
  try {
    const folder = await realpath(join(place, name));
    const manifest = parseJson(await readFile(join(folder, 'package.json'), 'utf8'));
    return isRecord(manifest) ? { folder, version: String(manifest['version']), bin: manifest['bin'] } : undefined;
  } catch {
    return undefined;
  }
}

/** The package's only program, run by our own Node; it sees the packages beside it and no more. */
async function entryOf({ folder, bin }: InstalledPackage, place: string): Promise<FoundProgram> {
  const root = await realpath(place);
  const programs = [...new Set(isRecord(bin) ? Object.values(bin) : [bin])];
  const [entry] = programs;
  const file = typeof entry === 'string' ? join(folder, entry) : '';
  const fits = programs.length === 1 && isInside(folder, file) && isInside(root, folder);
  if (!fits) return { ok: false, message: `${folder} is not a package with one program in it.` };
  const node = await realpath(process.execPath);
  return { ok: true, command: [node, file], reads: [node, root] };
}
