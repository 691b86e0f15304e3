import type { Plugboard } from '../../../sdk/src/index.ts';
import type { NangoTarget } from './ask-nango.ts';
import { eachAtOnce } from './each-at-once.ts';
import { type Importing, importOne } from './import-one.ts';
import type { NangoConnection } from './nango-connection.ts';
import { findConnector, type KnownConnector, reasonOf } from './plugboard-side.ts';
import type { FindConnectorId } from './providers.ts';
import { listNango } from './read-nango.ts';
import type { Line, Report } from './report.ts';
import { addTo, newSummary, type Summary } from './summary.ts';

/** What an import is told. */
export interface ImportWish {
  readonly plugboard: Plugboard;
  readonly nango: NangoTarget;
  readonly connectorIdFor: FindConnectorId;
  readonly dryRun: boolean;
  readonly report: Report;
  /** Told after each connection. */
  readonly progress: (summary: Summary) => void;
}

/** Providers and we both are asked for so many at a time. */
const atOnce = 8;

/**
 * Brings over what Nango has, page by page, each connection once; what cannot be is in the report with the reason. Rejects
 * where nobody can go on: what was brought over until then stays, and is passed over the next time.
 */
export async function importNango(wish: ImportWish): Promise<Summary> {
  const summary = newSummary();
  const importing: Importing = { ...wish, connectorFor: rememberConnectors(wish, summary) };
  for await (const page of listNango(wish.nango)) {
    await eachAtOnce(page, atOnce, async (connection) => {
      const line = wish.report.isDone(connection) ? undefined : await importSafely(importing, connection);
      if (line !== undefined) wish.report.write(connection, line);
      addTo(summary, connection, line ?? { outcome: 'already_there' });
      wish.progress(summary);
    });
  }
  return summary;
}

/** What goes wrong with one connection is no reason not to bring over the others. */
async function importSafely(importing: Importing, connection: NangoConnection): Promise<Line> {
  importing.nango.signal.throwIfAborted();
  try {
    return await importOne(importing, connection);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    return { outcome: 'failed', reason };
  }
}

/** Each connector is asked for once. */
function rememberConnectors({ plugboard, connectorIdFor }: ImportWish, summary: Summary): Importing['connectorFor'] {
  const known = new Map<string, Promise<KnownConnector | undefined>>();
  return async (connection) => {
    const id = connectorIdFor(connection);
    if (id === undefined) return undefined;
    const found = known.get(id) ?? findConnector(plugboard, id);
    known.set(id, found);
    const connector = await found;
    if (connector?.hasApp === false) summary.withoutApp.set(connector.id, connector.name);
    return connector;
  };
}
