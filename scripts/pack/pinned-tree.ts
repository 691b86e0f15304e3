import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageManifest } from './package-manifest.ts';

interface Locked {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly [fact: string]: unknown;
}

type Lock = Readonly<Record<string, Locked>>;

/** The `npm-shrinkwrap.json` of the package: what was tested is what is installed, below its dependencies too. */
export async function pinnedTree(root: string, manifest: PackageManifest) {
  const { name, version, dependencies, license, bin, engines } = manifest;
  const lock: { readonly packages: Lock } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const places = new Map<string, Locked>();
  for (const wanted of Object.keys(dependencies)) collect(lock.packages, { wanted, from: '' }, places);
  const below = [...places].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([place, facts]) => [place, shipped(facts)]);
  const packages = { '': { name, version, license, dependencies, bin, engines }, ...Object.fromEntries(below) };
  return { name, version, lockfileVersion: 3, requires: true, packages };
}

interface Wish {
  readonly wanted: string;
  /** Where the package lies that wants it. */
  readonly from: string;
}

function collect(lock: Lock, { wanted, from }: Wish, places: Map<string, Locked>): void {
  const place = find(lock, { wanted, from });
  const facts = lock[place];
  if (facts === undefined) throw new Error(`package-lock.json does not say where ${wanted} is. Run: npm install`);
  if (places.has(place)) return;
  places.set(place, facts);
  for (const next of needed(facts)) collect(lock, { wanted: next, from: place }, places);
}

/** As Node looks for it: in the folder of whoever wants it, then further up. */
function find(lock: Lock, { wanted, from }: Wish): string {
  const place = `${from === '' ? '' : `${from}/`}node_modules/${wanted}`;
  if (place in lock || from === '') return place;
  return find(lock, { wanted, from: from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))) });
}

function needed(facts: Locked): string[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = facts;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

/** In the repository a package may be there for development; in the package all of it is needed. */
function shipped({ dev: _dev, devOptional: _devOptional, ...facts }: Locked): object {
  return facts;
}
