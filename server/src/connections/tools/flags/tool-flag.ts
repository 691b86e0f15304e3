export const flagKinds = [
  'tag_characters',
  'bidirectional',
  'zero_width',
  'control',
  'invisible',
  'gap',
  'look_alike',
] as const;
export type FlagKind = (typeof flagKinds)[number];

/** Something about a tool's definition that a person should know before they accept it. */
export interface ToolFlag {
  readonly kind: FlagKind;
  /** JSON Pointer (RFC 6901) into the definition. */
  readonly path: string;
  /** For a person; it holds none of the characters it speaks of. */
  readonly message: string;
}
