/** One promise to the people who call us, as a sentence of ours. */
export interface Requirement {
  /** Cited by tests: `covers('004/pending-again')`. */
  readonly id: string;
  /** Where it is promised: a number of `RULINGS.md`, or the document it rules on. */
  readonly source: string;
  readonly sentence: string;
  /** What has to be built before a test can hold it; without this, a test must cite it. */
  readonly waits?: string;
}
