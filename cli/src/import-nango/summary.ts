import { plain, table } from '../terminal.ts';
import type { NangoConnection } from './nango-connection.ts';
import { type Line, type Outcome, outcomes } from './report.ts';

/** How far an import is, and what it came to. */
export interface Summary {
  readonly counts: Map<Outcome, number>;
  /** The same by integration of Nango's and connector of ours. */
  readonly rows: Map<string, Row>;
  /** Connectors whose tokens cannot be renewed for want of an OAuth app: their names by id. */
  readonly withoutApp: Map<string, string>;
}

interface Row {
  readonly integration: string;
  readonly connector: string;
  readonly counts: Map<Outcome, number>;
}

export function newSummary(): Summary {
  return { counts: new Map(), rows: new Map(), withoutApp: new Map() };
}

export function addTo({ counts, rows }: Summary, connection: NangoConnection, line: Line): void {
  const { providerConfigKey: integration, provider } = connection;
  const connector = line.connector ?? (line.outcome === 'unknown_provider' ? `? (${provider})` : '');
  const place = JSON.stringify([integration, connector]);
  const row = rows.get(place) ?? { integration, connector, counts: new Map<Outcome, number>() };
  rows.set(place, row);
  for (const counted of [counts, row.counts]) counted.set(line.outcome, (counted.get(line.outcome) ?? 0) + 1);
}

/** Whether everything is here now, or would be. */
export function isComplete({ counts }: Summary): boolean {
  return !counts.has('failed') && !counts.has('unknown_provider');
}

/** One line on how far it is. */
export function progressLine({ counts }: Summary): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = outcomes.flatMap((outcome) =>
    counts.has(outcome) ? [`${counts.get(outcome)} ${words[outcome]}`] : [],
  );
  return `${total} connections: ${parts.join(', ')}`;
}

const words: Readonly<Record<Outcome, string>> = {
  imported: 'imported',
  needs_reconnecting: 'to be reconnected',
  already_there: 'already there',
  would_import: 'to import',
  unknown_provider: 'without a connector',
  failed: 'failed',
};

/** What it came to, as text. */
export function describe(summary: Summary): string {
  const shown = outcomes.filter((outcome) => summary.counts.has(outcome));
  const numbers = ({ counts }: Row) => shown.map((outcome) => String(counts.get(outcome) ?? 0));
  const rows = [...summary.rows.values()].map((row) => [row.integration, row.connector].concat(numbers(row)));
  const headings = ['INTEGRATION', 'CONNECTOR', ...shown.map((outcome) => words[outcome].toUpperCase())];
  const listed = rows.length === 0 ? '' : table([headings, ...rows.toSorted()]);
  return [listed, ...withoutApp(summary), `${progressLine(summary)}.\n`].join('');
}

function withoutApp(summary: Summary): readonly string[] {
  return [...summary.withoutApp].map(
    ([id, name]) =>
      `${plain(name)} has no OAuth app here, so that tokens cannot be renewed. Set the one that Nango uses: PUT /api/v1/oauth-apps/${id}, then run this again.\n`,
  );
}

/** The same for programs. */
export function asJson({ counts, rows, withoutApp: apps }: Summary): string {
  const integrations = [...rows.values()].map(({ integration, connector, counts: of }) =>
    Object.assign({ integration, connector }, Object.fromEntries(of)),
  );
  return JSON.stringify({ ...Object.fromEntries(counts), integrations, without_oauth_app: [...apps.keys()] }, null, 2);
}
