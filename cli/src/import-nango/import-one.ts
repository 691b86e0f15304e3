import type { Plugboard } from '../../../sdk/src/index.ts';
import type { NangoTarget } from './ask-nango.ts';
import { metadataOf } from './metadata-of.ts';
import type { NangoConnection } from './nango-connection.ts';
import { awaitVerdict, connect, findImported, type KnownConnector } from './plugboard-side.ts';
import { readCredentials } from './read-nango.ts';
import type { Line } from './report.ts';
import { securityOf } from './security-of.ts';

/** What an import of one connection takes. */
export interface Importing {
  readonly plugboard: Plugboard;
  readonly nango: NangoTarget;
  readonly dryRun: boolean;
  /** The connector for it; `undefined` where there is none. */
  readonly connectorFor: (connection: NangoConnection) => Promise<KnownConnector | undefined>;
}

/** Brings one connection over, once however often it is asked for; what cannot be is left as it is, and told why. */
export async function importOne(importing: Importing, connection: NangoConnection): Promise<Line> {
  const connector = await importing.connectorFor(connection);
  if (connector === undefined) return { outcome: 'unknown_provider', reason: unknownProvider };
  const known = await findImported(importing.plugboard, connection);
  if (known !== undefined) return { outcome: 'already_there', connector: connector.id, connectionId: known };
  if (importing.dryRun) return { outcome: 'would_import', connector: connector.id };
  return { connector: connector.id, ...(await bringOver(importing, { connection, connector })) };
}

const unknownProvider =
  'There is no connector for its provider. Name one with --provider-map <provider or integration>=<connector>.';

interface Found {
  readonly connection: NangoConnection;
  readonly connector: KnownConnector;
}

async function bringOver({ plugboard, nango }: Importing, { connection, connector }: Found): Promise<Line> {
  const detail = await readCredentials(nango, connection);
  if ('refused' in detail) return { outcome: 'failed', reason: detail.refused };
  const read = securityOf(detail, connector.fields);
  if ('refused' in read) return { outcome: 'failed', reason: read.refused };
  const { metadata, leftOut } = metadataOf(connection, detail);
  const made = await connect(plugboard, { connector, connection, security: read.security, metadata });
  if ('refused' in made) return { outcome: 'failed', reason: made.refused };
  const line = { connectionId: made.id, leftOut };
  const verdict = await awaitVerdict(plugboard, made.id, nango.signal);
  if (verdict.is === 'refused') return { ...line, outcome: 'needs_reconnecting', reason: verdict.reason };
  return { ...line, outcome: 'imported', reason: verdict.is === 'awaited' ? awaited : undefined };
}

const awaited = 'Its provider has not answered yet; it is asked again.';
