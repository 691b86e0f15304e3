import { isRecord } from '../../lib/json.ts';
import type { AuthScheme, ToolDefinition } from '../connector.ts';
import type { Root } from '../templates/template.ts';
import type { KeyPath } from './manifest-problem.ts';

/** A place of a manifest where a template may stand. */
export interface TemplateSite {
  readonly path: KeyPath;
  readonly text: string;
  /** Which rules it is read by. */
  readonly at: 'url' | 'path' | 'text';
  /** Whether a secret may be put in; in a `url` never before its path. */
  readonly secrets: boolean;
  readonly roots: readonly Root[];
  /** The tool whose arguments `arg` means. */
  readonly tool?: ToolDefinition;
  /** Names that exist in this place alone, besides those that exist everywhere: `field.assertion`. */
  readonly also?: readonly string[];
}

export const settled: Pick<TemplateSite, 'secrets' | 'roots'> = {
  secrets: false,
  roots: ['field', 'derived', 'config'],
};

/** Every string inside a JSON value with where it stands. */
export function stringsIn(path: KeyPath, value: unknown): readonly { readonly path: KeyPath; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsIn([...path, index], item));
  return isRecord(value) ? Object.entries(value).flatMap(([key, item]) => stringsIn([...path, key], item)) : [];
}

/** Texts in which no secret may stand. */
export function texts(path: KeyPath, value: unknown): TemplateSite[] {
  return stringsIn(path, value).map((found) => Object.assign({ at: 'text' as const }, settled, found));
}

/** An address, whose origin no secret decides. */
export function url(path: KeyPath, text: string): TemplateSite {
  return { ...settled, path, text, at: 'url' };
}

/** The same places, where secrets may stand. */
export function secret(sites: readonly TemplateSite[]): TemplateSite[] {
  return sites.map((site) => Object.assign({}, site, { secrets: true }));
}

/** Where an attached secret is put together. */
export function authSites(auth: AuthScheme, path: KeyPath = ['auth']): TemplateSite[] {
  if (auth.scheme !== 'api_key') return secret(texts(path, auth));
  return auth.keys.flatMap(({ name, value }, index) => [
    ...texts([...path, 'keys', index, 'name'], name),
    ...secret(texts([...path, 'keys', index, 'value'], value)),
  ]);
}
