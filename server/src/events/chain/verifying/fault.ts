import type { LogName } from '../chained-log.ts';
import type { Head } from '../segment.ts';

/** What can be found wrong with a chain, and what each means. */
export const faultSentences = {
  missing_segment: 'A segment is missing.',
  altered_segment: 'The segment was altered, moved, or sealed by somebody without the key.',
  missing_row: 'The row was deleted after it was sealed.',
  altered_row: 'The row was changed after it was sealed.',
  inserted_row: 'The row claims to be sealed in this segment, but is not.',
  moved_row: 'The row was taken out of this segment.',
  forged_mark: 'What retention has deleted was stated by somebody without the key.',
  other_head: 'The chain does not go through the head that was given: its end was cut off, or it was made anew.',
  late_row: 'The row was put on record later than the time it bears.',
} as const;

export type FaultKind = keyof typeof faultSentences;

/** One thing that is wrong, and where. */
export interface Fault {
  readonly kind: FaultKind;
  readonly segment: number | null;
  readonly log?: LogName;
  /** The id of the row. */
  readonly row?: string;
}

/** What verifying has found so far. */
export interface Verdict {
  readonly ok: boolean;
  /** How far it got. */
  readonly head: Head;
  readonly events: number;
  readonly calls: number;
  /** Calls that retention has deleted. */
  readonly expired: number;
  readonly faultCount: number;
  /** The first of them. */
  readonly faults: readonly Fault[];
  /** What is worth a look and proves nothing. */
  readonly notes: readonly Fault[];
}
