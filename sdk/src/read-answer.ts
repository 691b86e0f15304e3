import { PlugboardError } from './plugboard-error.ts';

/** A thing the API knows by its id, with the fields that `/openapi.json` describes. */
export interface Item {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** One page; `next_cursor` asks for the one after it and is null on the last. */
export interface Page {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/** A new key, shown this once. */
export interface MintedKey {
  readonly key: string;
  readonly api_key: Item;
}

/** What a tool call came to. A rejected, unreachable or waiting call is an answer, not an error. */
export type ToolOutcome =
  | { readonly status: 'ok'; readonly output?: unknown }
  | { readonly status: 'rejected'; readonly reason: string; readonly message: string }
  | { readonly status: 'unavailable' | 'outcome_unknown'; readonly message: string }
  | { readonly status: 'needs_approval'; readonly approval_id: string; readonly url: string };

/** The value, where it has the shape; throws `UNEXPECTED_ANSWER` where it has not. */
export function expectShape<T>(value: unknown, fits: (value: unknown) => value is T): T {
  if (fits(value)) return value;
  throw new PlugboardError('The answer has a shape this client does not know. Are both of the same version?', {
    status: 200,
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isItem(value: unknown): value is Item {
  return isRecord(value) && typeof value['id'] === 'string';
}

export function areItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every(isItem);
}

export function isPage(value: unknown): value is Page {
  if (!isRecord(value) || !areItems(value['data'])) return false;
  return value['next_cursor'] === null || typeof value['next_cursor'] === 'string';
}

export function isToolList(value: unknown): value is { readonly data: readonly Record<string, unknown>[] } {
  return isRecord(value) && Array.isArray(value['data']) && value['data'].every(isRecord);
}

export function isMintedKey(value: unknown): value is MintedKey {
  return isRecord(value) && typeof value['key'] === 'string' && isItem(value['api_key']);
}

export function isOutcome(value: unknown): value is ToolOutcome {
  return isRecord(value) && /^(ok|rejected|unavailable|outcome_unknown|needs_approval)$/.test(String(value['status']));
}
