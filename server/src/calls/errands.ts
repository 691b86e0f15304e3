/** Work that goes on when whoever started it has left: approved calls, on the instance's own time. */
export interface Errands {
  /** The same work, which a process that is leaving waits for. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing of it is under way. */
  over(): Promise<void>;
}

/** Built once per process. */
export function createErrands(): Errands {
  const underWay = new Set<Promise<unknown>>();
  return {
    run(work) {
      underWay.add(work);
      const end = (): void => void underWay.delete(work);
      work.then(end, end);
      return work;
    },
    async over() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
