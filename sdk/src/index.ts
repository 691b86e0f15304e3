export { createPlugboard, type KeyWish, type Plugboard } from './create-plugboard.ts';
export type { PlugboardOptions } from './create-request.ts';
export { PlugboardError } from './plugboard-error.ts';
export type { Item, MintedKey, Page, ToolOutcome } from './read-answer.ts';
