import { isUuid } from '../lib/ids.ts';
import type { Connection } from './connection.ts';

const prefix = 'connector_';
const form = /^connector_([0-9a-f]{24})$/;

/** A connection's id as contract 003 writes it: `connector_` and the last 24 hex digits of its UUID. */
export function objectIdOf({ id }: Pick<Connection, 'id'>): string {
  return `${prefix}${id.replaceAll('-', '').slice(-24)}`;
}

/**
 * The pattern (SQL LIKE) that the UUID meant by either form of id fits: two connections of one workspace never share the
 * 24 digits. `undefined` for what is no id.
 */
export function idPattern(text: string): string | undefined {
  if (isUuid(text)) return text.toLowerCase();
  const [, digits] = form.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const parts = [digits.slice(0, 4), digits.slice(4, 8), digits.slice(8, 12), digits.slice(12)];
  return `________-${parts.join('-')}`;
}
