type Kind = 'member' | 'alone';

interface Waiting {
  readonly kind: Kind;
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/** One after the other, in the order they asked. */
export class Turns {
  readonly #patienceMs: number;
  readonly #beforeTurn: (next: Kind | undefined) => void;
  readonly #waiting: Waiting[] = [];
  #taken = false;
  #closed = false;

  constructor(patienceMs: number, beforeTurn: (next: Kind | undefined) => void) {
    this.#patienceMs = patienceMs;
    this.#beforeTurn = beforeTurn;
  }

  get taken(): boolean {
    return this.#taken;
  }

  /** Resolves when it is this one's turn, which ends with `pass()`; rejects after a time nobody should have to wait. */
  take(kind: Kind): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The database is closed.'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        kind,
        resolve,
        timer: this.#taken ? setTimeout(() => giveUp(), this.#patienceMs) : undefined,
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new Error(tooLong(this.#patienceMs)));
      };
      this.#waiting.push(waiting);
      if (!this.#taken) this.pass();
    });
  }

  /** Ends the turn and gives it to whoever asked next. */
  pass(): void {
    this.#taken = false;
    this.#beforeTurn(this.#waiting[0]?.kind);
    const next = this.#waiting.shift();
    if (next === undefined) return;
    clearTimeout(next.timer);
    this.#taken = true;
    next.resolve();
  }

  /** Takes the last turn, for ever. */
  close(): Promise<void> {
    const last = this.take('alone');
    this.#closed = true;
    return last;
  }
}

function tooLong(ms: number): string {
  return `Another transaction kept the database for ${ms / 1000} seconds: it probably awaits something other than its own trx (R3).`;
}
