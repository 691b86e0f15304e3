/** Keys and indexes that lead to a place in a manifest. */
export type KeyPath = readonly (string | number)[];

/** Something wrong at one place of a manifest. */
export interface Finding {
  readonly path: KeyPath;
  readonly message: string;
}

/** Something wrong in a file, as a person has to find it. */
export interface ManifestProblem {
  readonly file: string;
  /** From 1; absent where it is about the whole file. */
  readonly line?: number;
  /** `tools[2].input`; empty where it is about the whole file. */
  readonly key: string;
  readonly message: string;
}

/** `connectors/github/connector.yaml:14 tools[2].input: …` */
export function showProblem({ file, line, key, message }: ManifestProblem): string {
  return `${file}${line === undefined ? '' : `:${line}`}${key === '' ? '' : ` ${key}`}: ${message}`;
}

/** `tools[2].input` */
export function showPath(path: KeyPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}
