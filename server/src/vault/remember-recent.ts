/** What was loaded lately, by name. */
export interface Recent<T> {
  /** From memory, or loaded once however many ask at the same time. A failure is not remembered. */
  get(name: string): Promise<T>;
  /** Loaded again and remembered from now on. */
  reload(name: string): Promise<T>;
  forget(name: string): void;
}

/** Remembers up to so many answers; the one unused for longest goes first. */
export function rememberRecent<T>(load: (name: string) => Promise<T>, capacity: number): Recent<T> {
  const held = new Map<string, Promise<T>>();

  /** A map keeps the order of insertion: the first is the one unused for longest. */
  function hold(name: string, answer: Promise<T>): Promise<T> {
    held.delete(name);
    held.set(name, answer);
    const [oldest] = held.keys();
    if (held.size > capacity && oldest !== undefined) held.delete(oldest);
    return answer;
  }

  function reload(name: string): Promise<T> {
    const answer = load(name);
    answer.catch(() => held.get(name) === answer && held.delete(name));
    return hold(name, answer);
  }

  return {
    get(name) {
      const answer = held.get(name);
      return answer ? hold(name, answer) : reload(name);
    },
    reload,
    forget: (name) => void held.delete(name),
  };
}
