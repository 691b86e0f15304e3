import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connector } from '../connector.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import { largestManifest } from './parse-yaml.ts';
import { readManifest } from './read-manifest.ts';

/** The manifest of one connector folder, unread. */
export interface ManifestFile {
  /** The name of its folder, which is the connector's id. */
  readonly id: string;
  readonly file: string;
  readonly text: string;
}

/** What a folder of connectors held: what works, and what does not and why. */
export interface ReadFolder {
  readonly connectors: readonly Connector[];
  readonly problems: readonly ManifestProblem[];
}

/** Reads the manifests of a folder of connectors, in alphabetical order; a broken one leaves the others alone. */
export async function readFolder(folder: string, source: Connector['source']): Promise<ReadFolder> {
  const { files, problems } = await listManifests(folder);
  return readManifests(files, { source, problems });
}

/** Turns manifest files into connectors, after the problems there are already. */
export function readManifests(
  files: readonly ManifestFile[],
  { source, problems }: { readonly source: Connector['source']; readonly problems: readonly ManifestProblem[] },
): ReadFolder {
  const read = files.map(({ id, file, text }) => ({ id, file, result: readManifest(text, { file, source }) }));
  const connectors = read.flatMap(({ id, result }) =>
    result.ok && result.connector.id === id ? [result.connector] : [],
  );
  const found = read.flatMap(({ id, file, result }) => {
    if (!result.ok) return result.problems;
    return result.connector.id === id
      ? []
      : [{ file, key: 'id', message: `is "${result.connector.id}", but the folder is called "${id}"` }];
  });
  return { connectors, problems: [...problems, ...found] };
}

/** Finds `<folder>/<id>/connector.yaml` for every folder in it whose name does not begin with a dot. */
export async function listManifests(
  folder: string,
): Promise<{ readonly files: readonly ManifestFile[]; readonly problems: readonly ManifestProblem[] }> {
  const ids = await listFolders(folder);
  if (ids === undefined)
    return { files: [], problems: [{ file: folder, key: '', message: 'is not a folder that can be read' }] };
  const read = await Promise.all(ids.map((id) => readOne(folder, id)));
  return {
    files: read.filter((each) => 'text' in each),
    problems: read.filter((each) => 'message' in each),
  };
}

async function listFolders(folder: string): Promise<string[] | undefined> {
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
    const kinds = await Promise.all(names.map((name) => stat(join(folder, name))));
    return names.filter((_, index) => kinds[index]?.isDirectory());
  } catch {
    return undefined;
  }
}

async function readOne(folder: string, id: string): Promise<ManifestFile | ManifestProblem> {
  const file = join(folder, id, 'connector.yaml');
  try {
    const { size } = await stat(file);
    if (size > largestManifest) return { file, key: '', message: 'is larger than 512 KiB' };
    return { id, file, text: await readFile(file, 'utf8') };
  } catch {
    return { file, key: '', message: 'is missing, or cannot be read' };
  }
}
