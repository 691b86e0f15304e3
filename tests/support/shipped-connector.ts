import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import type { Connector } from '../../server/src/catalog/connector.ts';
import { readManifest } from '../../server/src/catalog/manifest/read-manifest.ts';

/** A connector we ship, as the catalog holds it. */
export function shippedConnector(id: string): Connector {
  const file = join(import.meta.dirname, '../../connectors', id, 'connector.yaml');
  const read = readManifest(readFileSync(file, 'utf8'), { file, source: 'built-in' });
  if (!read.ok) throw new Error(`connectors/${id} is broken.`);
  return read.connector;
}
