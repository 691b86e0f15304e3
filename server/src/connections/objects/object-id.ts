import { isUuid } from '../../lib/ids.ts';
import type { Connection } from '../connection.ts';

const form = /^connector_([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** Where in a UUID the digits begin that contract 003 shows, counted from 1: after its first eight and a dash. */
export const tailStart = 10;

/** A connection's id as contract 003 writes it: `connector_` and the last 24 hex digits of its UUID. */
export function objectIdOf({ id }: Pick<Connection, 'id'>): string {
  return `connector_${tailOf(id).replaceAll('-', '')}`;
}

/** The end of the UUID that is meant, with its dashes; `undefined` for what is not written so. */
export function readObjectId(text: string): string | undefined {
  return form.exec(text)?.slice(1).join('-');
}

/** Whether a text names a connector object: by its own id, or by the UUID of its connection. */
export function isObjectId(text: string): boolean {
  return isUuid(text) || form.test(text);
}

function tailOf(id: string): string {
  return id.slice(tailStart - 1);
}
