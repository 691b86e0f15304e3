import { sha256 } from '../lib/digest.ts';
import { isRecord, parseJson } from '../lib/json.ts';
import type { FindIcon } from './catalog.ts';
import type { Connector } from './connector.ts';
import type { ManifestFile } from './manifest/read-folder.ts';

/** The built-in catalog as one JSON file, so that a start parses no YAML and needs no icon package. */
export interface Snapshot {
  readonly format: 1;
  /** SHA-256 of the manifests it was made from, to tell when they changed. */
  readonly sources: string;
  /** SHA-256 of everything below. */
  readonly hash: string;
  readonly connectors: readonly Connector[];
  /** The path data of icons by slug. */
  readonly icons: Readonly<Record<string, string>>;
}

/** A snapshot of valid connectors with the icons they name. */
export function takeSnapshot(
  files: readonly ManifestFile[],
  connectors: readonly Connector[],
  findIcon: FindIcon,
): Snapshot {
  const slugs = [...new Set(connectors.flatMap(({ brand_logo }) => brand_logo ?? []))].toSorted();
  const icons = Object.fromEntries(slugs.flatMap((slug) => withIcon(slug, findIcon(slug))));
  return { format: 1, sources: sourcesHash(files), hash: contentHash(connectors, icons), connectors, icons };
}

/** The snapshot in a JSON text; `undefined` where it is not one, is of another format, or was altered. */
export function readSnapshot(text: string): Snapshot | undefined {
  const value = parseJson(text);
  return isSnapshot(value) ? value : undefined;
}

/** SHA-256 over names and contents of manifests. */
export function sourcesHash(files: readonly ManifestFile[]): string {
  return sha256(JSON.stringify(files.map(({ id, text }) => [id, text])));
}

function withIcon(slug: string, path: string | undefined): (readonly [string, string])[] {
  return path === undefined ? [] : [[slug, path]];
}

/** The hash says that the content is what `takeSnapshot` wrote, which was checked then. */
function isSnapshot(value: unknown): value is Snapshot {
  return isRecord(value) && value['format'] === 1 && value['hash'] === contentHash(value['connectors'], value['icons']);
}

function contentHash(connectors: unknown, icons: unknown): string {
  return sha256(JSON.stringify([connectors, icons]));
}
