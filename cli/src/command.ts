/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What stands behind one word on the command line, or behind a word that follows another. */
export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** What `--help` prints: every option stands in it, and completion offers those. */
  readonly help: string;
  /** The commands behind the next word, where there are any. */
  readonly verbs?: Readonly<Record<string, Command>>;
  /** Whether it answers signals itself: by passing them on to a program of its own, or by stopping between two steps. */
  readonly answersSignals?: boolean;
  /** Resolves to the exit code; rejects with `UsageError` where the arguments make no sense. */
  run(args: readonly string[], env: Environment): Promise<number>;
}
