import { digestOf } from '../lib/digest.ts';
import { brandMark } from './marks/brand-mark.ts';
import type { Connector } from './connector.ts';

/** Every connector there is; the same for as long as the process lives. */
export interface Catalog {
  /** In alphabetical order of ids. */
  list(): readonly Connector[];
  find(id: string): Connector | undefined;
  /** A program of the operator's list, by its name there. */
  command(name: string): Connector | undefined;
  /** The names in the operator's list, in alphabetical order. */
  readonly commands: readonly string[];
  /** The brand mark as an SVG document made by us alone; `undefined` for an unknown id. */
  brandMark(id: string): string | undefined;
  /** Changes with any connector; quoted, as `ETag` wants it (RFC 9110 §8.8.3). */
  readonly listEtag: string;
}

/** Finds the path of an icon on its 24 × 24 grid by its Simple Icons slug. */
export type FindIcon = (slug: string) => string | undefined;

/** A catalog of these connectors, whose ids differ. */
export function createCatalog(
  connectors: readonly Connector[],
  findIcon: FindIcon = () => undefined,
  commands: ReadonlyMap<string, Connector> = new Map(),
): Catalog {
  const sorted = connectors.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const byId = new Map(sorted.map((connector) => [connector.id, connector]));
  return {
    list: () => sorted,
    find: (id) => byId.get(id),
    command: (name) => commands.get(name),
    commands: [...commands.keys()].sort(),
    brandMark(id) {
      const connector = byId.get(id);
      return (
        connector &&
        brandMark(connector, connector.brand_logo === undefined ? undefined : findIcon(connector.brand_logo))
      );
    },
    listEtag: `"${digestOf(sorted.map(({ id, digest, source }) => [id, digest, source])).slice(0, 32)}"`,
  };
}
