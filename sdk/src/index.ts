export { createPlugboard, type KeyWish, type Plugboard, type PlugboardOptions } from './create-plugboard.ts';
export { PlugboardError } from './plugboard-error.ts';
export type { Item, MintedKey, Page, ToolOutcome } from './read-answer.ts';
