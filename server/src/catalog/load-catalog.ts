import { readFile } from 'node:fs/promises';
import { type Catalog, createCatalog, type FindIcon } from './catalog.ts';
import type { Connector } from './connector.ts';
import type { ManifestProblem } from './manifest/manifest-problem.ts';
import { listManifests, readFolder, type ReadFolder, readManifests } from './manifest/read-folder.ts';
import { readIcon } from './marks/read-icon.ts';
import { readSnapshot, type Snapshot, sourcesHash } from './snapshot.ts';

export interface CatalogPlaces {
  /** The connectors we ship: their folder, the snapshot of it (`dist/catalog.json`), or both; then whichever is newer counts. */
  readonly builtIn: { readonly folder?: string; readonly snapshot?: string };
  /** More folders of connectors, of the operator's (`PLUGBOARD_CATALOG_DIRS`). */
  readonly dirs: readonly string[];
  /** The programs of the operator's list. Default: none. */
  readonly commands?: ReadonlyMap<string, Connector>;
}

export interface LoadedCatalog {
  readonly catalog: Catalog;
  /** What was left out and why: for the log and the operator. */
  readonly problems: readonly ManifestProblem[];
}

/** Loads every connector. A broken manifest is reported and left out; nothing of the operator's replaces what we ship (S9). */
export async function loadCatalog({ builtIn, dirs, commands }: CatalogPlaces): Promise<LoadedCatalog> {
  const shipped = await loadBuiltIn(builtIn);
  const theirs = await Promise.all(dirs.map((dir) => readFolder(dir, 'operator')));
  const admitted = theirs.reduce(admit, shipped);
  return { catalog: createCatalog(admitted.connectors, shipped.findIcon, commands), problems: admitted.problems };
}

interface BuiltIn extends ReadFolder {
  readonly findIcon: FindIcon;
}

async function loadBuiltIn({ folder, snapshot }: CatalogPlaces['builtIn']): Promise<BuiltIn> {
  const taken =
    snapshot === undefined ? undefined : await readFile(snapshot, 'utf8').then(readSnapshot, () => undefined);
  if (folder === undefined) return taken ? fromSnapshot(taken) : unreadable(snapshot);
  const { files, problems } = await listManifests(folder);
  if (taken && (taken.sources === sourcesHash(files) || files.length === 0)) return fromSnapshot(taken);
  return { ...readManifests(files, { source: 'built-in', problems }), findIcon: readIcon };
}

function fromSnapshot({ connectors, icons }: Snapshot): BuiltIn {
  return { connectors, problems: [], findIcon: (slug) => (Object.hasOwn(icons, slug) ? icons[slug] : readIcon(slug)) };
}

function unreadable(snapshot = 'the built-in catalog'): BuiltIn {
  const message =
    'is missing or damaged, so no built-in connector is offered; run "npm run build" or install Plugboard again';
  return { connectors: [], problems: [{ file: snapshot, key: '', message }], findIcon: readIcon };
}

function admit(before: ReadFolder, folder: ReadFolder): ReadFolder {
  const taken = new Map(before.connectors.map((connector) => [connector.id, connector]));
  const refused = folder.connectors.flatMap(({ id }) => refusal(id, taken.get(id)));
  return {
    connectors: [...before.connectors, ...folder.connectors.filter(({ id }) => !taken.has(id))],
    problems: [...before.problems, ...folder.problems, ...refused],
  };
}

function refusal(id: string, other: Connector | undefined): ManifestProblem[] {
  if (other === undefined) return [];
  const owner =
    other.source === 'built-in' ? 'a connector that comes with Plugboard' : 'a connector of an earlier catalog folder';
  return [
    {
      file: `${id}/connector.yaml`,
      key: 'id',
      message: `"${id}" is the id of ${owner}, which is never replaced. Rename the folder and the id.`,
    },
  ];
}
