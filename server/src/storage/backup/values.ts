import type { ColumnKind } from './table-shapes.ts';

/** A value as a backup holds it: JSON, with bytes in base64. */
export type SavedValue = string | number | null | { readonly base64: string };

/** What the database gave, in the one form that both engines' values have. */
export function saveValue(value: unknown, kind: ColumnKind): SavedValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (value instanceof Date) return value.toISOString();
  if (kind === 'moment' && typeof value === 'string') return isoOr(value);
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  throw new Error(`A backup does not know values of the type ${typeof value}.`);
}

/** What a database takes for a saved value, in a column of this kind of its own. */
export function restoreValue(saved: SavedValue, kind: ColumnKind): string | number | boolean | Buffer | null {
  if (saved === null) return null;
  if (typeof saved === 'object') return Buffer.from(saved.base64, 'base64');
  return kind === 'truth' ? saved === 1 : saved;
}

/** SQLite keeps times as text, in whatever way they were written. */
function isoOr(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}
