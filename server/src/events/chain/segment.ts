import { sha256 } from '../../lib/digest.ts';
import type { Chain } from './chain.ts';
import { type ChainedLog, type ChainedRow, type LogName, rowDigest } from './chained-log.ts';
import { macOf } from './mac.ts';

/** A stretch of one log, sealed: its rows by their digests, tied to the segment before. */
export interface Segment {
  /** From 1 on, without a gap, over both logs of a workspace. */
  readonly number: number;
  readonly log: LogName;
  readonly rows: number;
  readonly oldestAt: string;
  readonly newestAt: string;
  readonly sealedAt: string;
  /** SHA-256 of the leaves, in hex. */
  readonly digest: string;
  /** The mark of the segment before; empty for the first. */
  readonly previous: string;
  /** HMAC-SHA-256 over everything above, in hex. */
  readonly mac: string;
  /** A line for every row, or null once retention has taken all of them. */
  readonly leaves: string | null;
}

/** What a segment says of one of its rows. */
export interface Leaf {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly digest: string;
}

/** The end of a chain: whoever keeps it elsewhere can tell whether the chain was cut short or made anew. */
export interface Head {
  readonly number: number;
  readonly mac: string;
}

export const noHead: Head = { number: 0, mac: '' };

interface Sealing {
  readonly log: ChainedLog;
  readonly rows: readonly ChainedRow[];
  readonly after: Head;
  readonly sealedAt: string;
}

/** Rows as the leaves of a segment: id, time and digest of each on a line. */
export function leavesOf(chain: Chain, log: ChainedLog, rows: readonly ChainedRow[]): string {
  return rows.map((row) => `${row.id} ${Date.parse(row.at).toString(36)} ${rowDigest(chain, log, row)}\n`).join('');
}

/** The segment that these leaves make after a head. */
export function sealSegment(chain: Chain, leaves: string, { log, rows, after, sealedAt }: Sealing): Segment {
  const times = rows.map(({ at }) => at).sort();
  const unsealed = {
    number: after.number + 1,
    log: log.name,
    rows: rows.length,
    oldestAt: times[0] ?? sealedAt,
    newestAt: times.at(-1) ?? sealedAt,
    sealedAt,
    digest: sha256(leaves),
    previous: after.mac,
  };
  return { ...unsealed, mac: segmentMac(chain, unsealed), leaves };
}

/** The mark that a segment must bear. */
export function segmentMac({ key, workspaceId }: Chain, segment: Omit<Segment, 'mac' | 'leaves'>): string {
  const { number, log, rows, oldestAt, newestAt, sealedAt, digest, previous } = segment;
  const counted = [String(number), log, String(rows)];
  return macOf(key, ['segment', workspaceId, ...counted, oldestAt, newestAt, sealedAt, digest, previous]).toString(
    'hex',
  );
}

/** The leaves of a segment by the id of their row, in the order they were sealed. */
export function readLeaves(leaves: string): ReadonlyMap<string, Leaf> {
  const found = new Map<string, Leaf>();
  for (const line of leaves.split('\n')) {
    const [id = '', at = '', digest = ''] = line.split(' ');
    if (id !== '') found.set(id, { id, at: Number.parseInt(at, 36), digest });
  }
  return found;
}
