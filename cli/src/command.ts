/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What stands behind one word on the command line. */
export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Resolves to the exit code; rejects with `UsageError` where the arguments make no sense. */
  run(args: readonly string[], env: Environment): Promise<number>;
}
