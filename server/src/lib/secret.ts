import { inspect } from 'node:util';

const shown = '[secret]';

/** A value that never prints: string conversion, JSON, logs and inspection show `[secret]`; only `.reveal()` opens it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The clear text. Call it at the moment of use, never to store or log. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
