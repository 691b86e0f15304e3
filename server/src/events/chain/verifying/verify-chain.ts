import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WorkspaceRows } from '../../../storage/storage.ts';
import type { Chain } from '../chain.ts';
import type { LogName } from '../chained-log.ts';
import type { Fault, FaultKind, Verdict } from './fault.ts';
import { readMark } from '../mark.ts';
import { type Head, noHead, type Segment, segmentMac } from '../segment.ts';
import { eachSegment, headOf } from '../segment-store.ts';
import { beyondTheHead, compareRows, type Logs } from './verify-rows.ts';

export interface VerifyParts {
  readonly db: WorkspaceRows;
  readonly chain: Chain;
  readonly logs: Logs;
  /** A head that was kept elsewhere: the chain must still go through it. */
  readonly anchor?: Head | undefined;
}

/** How many faults are told one by one; the rest is counted. */
const mostTold = 1_000;

/**
 * Recomputes the chain of a workspace, segment by segment with a pause after each, and yields how far it is: the last verdict
 * is the whole one (S23). It names every row that was altered, deleted, inserted or moved since it was sealed. Who can write
 * the database but has not the key cannot hide any of this; only a head kept elsewhere shows that the end was cut off.
 */
export async function* verifyChain(parts: VerifyParts): AsyncGenerator<Verdict> {
  const { db, chain, anchor } = parts;
  const end = await headOf(db);
  const walk = createWalk();
  if ((await readMark(db, chain, 'calls_before')) === 'forged') walk.tell({ kind: 'forged_mark', segment: null });
  for await (const segment of eachSegment(db)) {
    if (segment.number > end.number) break;
    checkSegment(parts, walk, segment);
    await checkRows(parts, walk, segment);
    yield walk.verdict();
    await nextTurn();
  }
  if (anchor !== undefined && !walk.sawAnchor) walk.tell({ kind: 'other_head', segment: anchor.number });
  for (const fault of await beyondTheHead(parts)) walk.tell(fault);
  yield walk.verdict();
}

interface Walk {
  readonly newestAt: Record<LogName, string>;
  readonly counts: Record<LogName | 'expired', number>;
  head: Head;
  sawAnchor: boolean;
  tell(fault: Fault): void;
  verdict(): Verdict;
}

function createWalk(): Walk {
  const faults: Fault[] = [];
  const late: Fault[] = [];
  let told = 0;
  return {
    newestAt: { events: '', calls: '' },
    counts: { events: 0, calls: 0, expired: 0 },
    head: noHead,
    sawAnchor: false,
    tell(fault) {
      const list = isNote(fault.kind) ? late : faults;
      if (list === faults) told += 1;
      if (list.length < mostTold) list.push(fault);
    },
    verdict() {
      const { head, counts } = this;
      return { ok: told === 0, head, ...counts, faultCount: told, faults: [...faults], notes: [...late] };
    },
  };
}

/** Late is told, and proves nothing: a clock may have been wrong. */
function isNote(kind: FaultKind): boolean {
  return kind === 'late_row';
}

function checkSegment({ chain, anchor }: VerifyParts, walk: Walk, segment: Segment): void {
  const { number, mac, previous } = segment;
  const expected = walk.head.number + 1;
  for (let missing = expected; missing < Math.min(number, expected + mostTold); missing += 1)
    walk.tell({ kind: 'missing_segment', segment: missing });
  const follows = number !== expected || previous === walk.head.mac;
  if (mac !== segmentMac(chain, segment) || !follows) walk.tell({ kind: 'altered_segment', segment: number });
  if (anchor?.number === number && anchor.mac === mac) walk.sawAnchor = true;
  walk.head = { number, mac };
}

async function checkRows(parts: VerifyParts, walk: Walk, segment: Segment): Promise<void> {
  const { log, newestAt } = segment;
  const found = await compareRows(parts, segment, walk.newestAt[log]);
  walk.counts[log] += found.rows;
  walk.counts.expired += found.expired;
  for (const fault of found.faults) walk.tell(fault);
  if (newestAt > walk.newestAt[log]) walk.newestAt[log] = newestAt;
}
